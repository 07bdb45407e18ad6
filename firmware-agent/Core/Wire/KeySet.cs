using System.Collections.Immutable;

namespace Appliance.Core.Wire;

/// <summary>A shared secret and the number by which frames name it.</summary>
public sealed record Key(byte Id, ImmutableArray<byte> Secret)
{
    /// <summary>As long as the digest: a longer one adds nothing, a shorter one weakens it (RFC 2104 §3).</summary>
    public const int SecretBytesMin = 32;

    public const int SecretBytesMax = 64;
}

/// <summary>The keys that are valid now. The first signs what we send; all are believed, so that keys rotate without a silence.</summary>
public sealed class KeySet
{
    public const int KeysMax = 4;

    private readonly ImmutableArray<Key> _keys;

    public KeySet(ImmutableArray<Key> keys)
    {
        Invariant.Check(keys.Length is > 0 and <= KeysMax);
        _keys = keys;
    }

    public Key Sending => _keys[0];

    /// <summary>The sending one first.</summary>
    public ImmutableArray<Key> All => _keys;

    /// <summary>The key of that number, or null.</summary>
    public Key? Find(byte id)
    {
        foreach (var key in _keys)
            if (key.Id == id) return key;
        return null;
    }
}
