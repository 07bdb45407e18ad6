using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Appliance.Agent.Web;

/// <summary>
/// Numbers that an order is given with, each good for one order and for <see cref="ValidMs"/>. They say themselves when they were made and
/// that it was we: whoever asks for a million of them costs nothing. Only those that a valid order came with are kept, so only who has the
/// token can fill the table.
/// </summary>
/// <param name="key">Of this process, random, 32 bytes.</param>
internal sealed class OrderNonces(byte[] key)
{
    /// <summary>A person who was shown the question answers within it, milliseconds.</summary>
    public const long ValidMs = 120_000;

    /// <summary>Orders within <see cref="ValidMs"/>; nobody gives so many by hand.</summary>
    public const int OrdersMax = 64;

    private const int MadeBytes = 16;
    private const int AllBytes = MadeBytes + 16;

    private readonly Dictionary<string, long> _used = new(StringComparer.Ordinal);

    /// <summary>A fresh one.</summary>
    /// <param name="now">Milliseconds of a clock that only grows.</param>
    /// <param name="chance">8 random bytes.</param>
    public string Make(long now, ReadOnlySpan<byte> chance)
    {
        Span<byte> nonce = stackalloc byte[AllBytes];
        BinaryPrimitives.WriteInt64BigEndian(nonce, now);
        chance[..8].CopyTo(nonce[8..]);
        Seal(nonce[..MadeBytes], nonce[MadeBytes..]);
        return Convert.ToHexStringLower(nonce);
    }

    /// <summary>Was it made here and is it young enough?</summary>
    public bool IsOurs(string nonce, long now)
    {
        Span<byte> bytes = stackalloc byte[AllBytes];
        Span<byte> seal = stackalloc byte[AllBytes - MadeBytes];
        if (nonce.Length != 2 * AllBytes
            || Convert.FromHexString(nonce, bytes, out _, out _) != System.Buffers.OperationStatus.Done) return false;
        Seal(bytes[..MadeBytes], seal);
        if (!CryptographicOperations.FixedTimeEquals(seal, bytes[MadeBytes..])) return false;
        var age = now - BinaryPrimitives.ReadInt64BigEndian(bytes);
        return age is >= 0 and < ValidMs;
    }

    /// <summary>Takes one that <see cref="IsOurs"/> for an order. False: an order came with it, or there were too many orders.</summary>
    public bool Take(string nonce, long now)
    {
        foreach (var (old, at) in _used.ToArray())
            if (now - at >= ValidMs) _used.Remove(old);
        // Upper and lower case are the same number.
        return _used.Count < OrdersMax && _used.TryAdd(nonce.ToLowerInvariant(), now);
    }

    private void Seal(ReadOnlySpan<byte> made, Span<byte> seal)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, made, mac);
        mac[..seal.Length].CopyTo(seal);
    }
}
