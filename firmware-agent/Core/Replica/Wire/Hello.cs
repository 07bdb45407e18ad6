using System.Text;
using Appliance.Core.Wire;

namespace Appliance.Core.Replica.Wire;

/// <summary>
/// The first thing each side says: magic u32 "APRP", oldest and newest version u8, node u8, features u8, cluster 16 bytes, nonce 32 bytes,
/// number of keys u8, their ids, length of the replica's name u8, the name. Nothing of it is believed before the proof.
/// </summary>
internal readonly ref struct Hello
{
    public const int NonceBytes = 32;
    public const int NameBytesMax = 64;
    public const byte Encryption = 1;

    private const uint Magic = 0x41505250;
    private const int FixedBytes = 4 + 4 + 16 + NonceBytes + 1;

    public byte VersionMin { get; private init; }

    public byte VersionMax { get; private init; }

    public byte Node { get; private init; }

    public byte Features { get; private init; }

    public Guid Cluster { get; private init; }

    public ReadOnlySpan<byte> Nonce { get; private init; }

    /// <summary>Ids of the keys it has, the one it signs with first.</summary>
    public ReadOnlySpan<byte> Keys { get; private init; }

    public ReadOnlySpan<byte> Name { get; private init; }

    public static int Write(GreetingConfig config, ReadOnlySpan<byte> nonce, Span<byte> into)
    {
        Invariant.Check(nonce.Length == NonceBytes);
        var wire = new WireWriter(into);
        wire.U32(Magic);
        wire.U8(config.VersionMin);
        wire.U8(config.VersionMax);
        wire.U8((byte)config.Node);
        wire.U8(config.Encrypt ? Encryption : (byte)0);
        var written = config.Cluster.TryWriteBytes(into[8..], bigEndian: true, out _);
        Invariant.Check(written);
        nonce.CopyTo(into[24..]);
        var at = FixedBytes - 1;
        into[at++] = (byte)config.Keys.All.Length;
        foreach (var key in config.Keys.All) into[at++] = key.Id;
        var name = Encoding.UTF8.GetByteCount(config.Replica);
        Invariant.Check(name <= NameBytesMax);
        into[at++] = (byte)name;
        return at + Encoding.UTF8.GetBytes(config.Replica, into[at..]);
    }

    /// <summary>False: not the greeting of any release.</summary>
    public static bool TryRead(ReadOnlySpan<byte> from, out Hello hello)
    {
        hello = default;
        if (from.Length < FixedBytes + 1) return false;
        var keys = from[FixedBytes - 1];
        if (keys is 0 or > KeySet.KeysMax || from.Length < FixedBytes + keys + 1) return false;
        var name = from[FixedBytes + keys];
        if (name is 0 or > NameBytesMax || from.Length != FixedBytes + keys + 1 + name) return false;
        var wire = new WireReader(from[..8]);
        if (wire.U32() != Magic) return false;
        hello = new Hello
        {
            VersionMin = wire.U8(), VersionMax = wire.U8(), Node = wire.U8(), Features = wire.U8(),
            Cluster = new Guid(from.Slice(8, 16), bigEndian: true), Nonce = from.Slice(24, NonceBytes),
            Keys = from.Slice(FixedBytes, keys), Name = from[^name..],
        };
        return hello.VersionMin > 0 && hello.VersionMin <= hello.VersionMax;
    }
}
