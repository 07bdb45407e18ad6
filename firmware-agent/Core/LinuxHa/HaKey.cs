using System.Collections.Immutable;

namespace Appliance.Core.LinuxHa;

/// <summary>How a message is signed.</summary>
public enum HaMethod : byte
{
    /// <summary>A checksum: finds damage, no forgery.</summary>
    Crc,
    Md5,
    Sha1,
}

/// <summary>One line of authkeys.</summary>
/// <param name="Index">Its number, 0 to 15.</param>
/// <param name="Secret">Empty with <see cref="HaMethod.Crc"/>.</param>
public sealed record HaKey(int Index, HaMethod Method, ImmutableArray<byte> Secret);

/// <summary>The keys of a pair: what is signed with, and what is believed.</summary>
/// <param name="Sending">What our messages are signed with.</param>
/// <param name="Known">All of the file.</param>
public sealed record HaKeys(HaKey Sending, ImmutableArray<HaKey> Known)
{
    /// <summary>The key with this number; null: there is none.</summary>
    public HaKey? Find(int index)
    {
        foreach (var key in Known)
            if (key.Index == index) return key;
        return null;
    }
}
