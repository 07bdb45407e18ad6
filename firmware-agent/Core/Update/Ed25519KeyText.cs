using System.Security.Cryptography;
using System.Text;

namespace Appliance.Core.Update;

/// <summary>
/// Ed25519 keys in PEM, as <c>openssl genpkey -algorithm ed25519</c> and <c>openssl pkey -pubout</c> write them: SubjectPublicKeyInfo and
/// PKCS #8 (RFC 8410 §4, §7). Both have one form only, so they are compared, not parsed.
/// </summary>
public static class Ed25519KeyText
{
    /// <summary>Bytes of a public key, and of a private one.</summary>
    public const int KeyBytes = 32;

    /// <summary>Largest key file read, bytes.</summary>
    public const int FileBytesMax = 4096;

    private const string PublicLabel = "PUBLIC KEY";
    private const string PrivateLabel = "PRIVATE KEY";

    private static ReadOnlySpan<byte> PublicPrefix => [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

    private static ReadOnlySpan<byte> PrivatePrefix =>
        [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

    /// <summary>The raw key; null and a sentence.</summary>
    public static byte[]? ReadPublic(ReadOnlySpan<byte> file, out string problem) => Read(file, PublicLabel, PublicPrefix, out problem);

    /// <summary>The raw key; null and a sentence. Nothing of the file is quoted.</summary>
    public static byte[]? ReadPrivate(ReadOnlySpan<byte> file, out string problem) => Read(file, PrivateLabel, PrivatePrefix, out problem);

    public static string WritePublic(ReadOnlySpan<byte> key) => Write(key, PublicLabel, PublicPrefix);

    public static string WritePrivate(ReadOnlySpan<byte> key) => Write(key, PrivateLabel, PrivatePrefix);

    /// <summary>Names a key in a file's beginning and in messages: the first 8 bytes of SHA-256 over the raw public key.</summary>
    public static byte[] Id(ReadOnlySpan<byte> publicKey) => SHA256.HashData(publicKey)[..8];

    private static byte[]? Read(ReadOnlySpan<byte> file, string label, ReadOnlySpan<byte> prefix, out string problem)
    {
        problem = $"expected a PEM file of at most {FileBytesMax} bytes with one \"-----BEGIN {label}-----\"";
        if (file.Length > FileBytesMax || file.ContainsAnyExceptInRange((byte)1, (byte)126)) return null;
        var text = Encoding.ASCII.GetString(file);
        if (!PemEncoding.TryFind(text, out var found) || !text.AsSpan()[found.Label].SequenceEqual(label)) return null;
        var der = Convert.FromBase64String(text[found.Base64Data]);
        problem = $"the {label.ToLowerInvariant()} is not of the kind Ed25519";
        if (der.Length != prefix.Length + KeyBytes || !der.AsSpan().StartsWith(prefix)) return null;
        problem = "";
        return der[prefix.Length..];
    }

    private static string Write(ReadOnlySpan<byte> key, string label, ReadOnlySpan<byte> prefix)
    {
        Invariant.Check(key.Length == KeyBytes);
        return PemEncoding.WriteString(label, [.. prefix, .. key]) + "\n";
    }
}
