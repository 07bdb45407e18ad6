using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

/// <summary>libcrypto of OpenSSL 3, opened at the first call. Manual pages: EVP_PKEY_new(3ssl), EVP_DigestVerifyInit(3ssl),
/// EVP_DigestSignInit(3ssl).</summary>
public static unsafe partial class Libcrypto
{
    /// <summary>EVP_PKEY_ED25519.</summary>
    public const int Ed25519 = 1087;

    private const string Library = "libcrypto.so.3";

    /// <summary>A key, or 0.</summary>
    [LibraryImport(Library)]
    public static partial nint EVP_PKEY_new_raw_public_key(int kind, nint engine, byte* key, nint length);

    /// <summary>A key, or 0.</summary>
    [LibraryImport(Library)]
    public static partial nint EVP_PKEY_new_raw_private_key(int kind, nint engine, byte* key, nint length);

    /// <summary>1: the public half was written.</summary>
    [LibraryImport(Library)]
    public static partial int EVP_PKEY_get_raw_public_key(nint key, byte* into, nint* length);

    [LibraryImport(Library)]
    public static partial void EVP_PKEY_free(nint key);

    /// <summary>A context, or 0.</summary>
    [LibraryImport(Library)]
    public static partial nint EVP_MD_CTX_new();

    [LibraryImport(Library)]
    public static partial void EVP_MD_CTX_free(nint context);

    /// <summary>1: ready.</summary>
    [LibraryImport(Library)]
    public static partial int EVP_DigestVerifyInit(nint context, nint keyContext, nint digest, nint engine, nint key);

    /// <summary>1: the signature fits. Anything else: it does not.</summary>
    [LibraryImport(Library)]
    public static partial int EVP_DigestVerify(nint context, byte* signature, nint length, byte* data, nint dataLength);

    /// <summary>1: ready.</summary>
    [LibraryImport(Library)]
    public static partial int EVP_DigestSignInit(nint context, nint keyContext, nint digest, nint engine, nint key);

    /// <summary>1: signed.</summary>
    [LibraryImport(Library)]
    public static partial int EVP_DigestSign(nint context, byte* signature, nint* length, byte* data, nint dataLength);
}
