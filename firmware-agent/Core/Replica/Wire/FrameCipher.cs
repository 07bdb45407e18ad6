using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Appliance.Core.Replica.Wire;

/// <summary>
/// Seals or opens the frames of one direction of one connection: AES-256-GCM, the header as additional data, a tag of sixteen bytes behind
/// the payload. Nonce: direction (the sender's node) u32, number of the frame u64, big endian; a repeated, dropped or reordered frame does
/// not open. The key lives as long as the connection. Nothing is allocated by a frame.
/// </summary>
public sealed class FrameCipher : IDisposable
{
    public const int TagBytes = 16;

    public const int KeyBytes = 32;

    private const int NonceBytes = 12;

    private readonly AesGcm _gcm;
    private readonly uint _direction;
    private ulong _frames;

    /// <param name="key">Of this connection and direction.</param>
    /// <param name="sender">Node that sends in this direction.</param>
    public FrameCipher(ReadOnlySpan<byte> key, int sender) => (_gcm, _direction) = (new AesGcm(key, TagBytes), (uint)sender);

    /// <summary>Encrypts a payload (perhaps none) into <paramref name="sealedPayload"/> of the same length, and writes the tag.</summary>
    public void Seal(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload, Span<byte> sealedPayload, Span<byte> tag)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        Next(nonce);
        _gcm.Encrypt(nonce, payload, sealedPayload, tag, header);
    }

    /// <summary>Decrypts in place. False: not from the peer, damaged, or out of turn.</summary>
    public bool Open(ReadOnlySpan<byte> header, Span<byte> payload, ReadOnlySpan<byte> tag)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        Next(nonce);
        try
        {
            _gcm.Decrypt(nonce, payload, tag, payload, header);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public void Dispose() => _gcm.Dispose();

    private void Next(Span<byte> nonce)
    {
        BinaryPrimitives.WriteUInt32BigEndian(nonce, _direction);
        BinaryPrimitives.WriteUInt64BigEndian(nonce[4..], _frames++);
    }
}
