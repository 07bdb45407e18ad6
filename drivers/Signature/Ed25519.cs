using System.Security.Cryptography;
using Appliance.Core.Update;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.Signature;

/// <summary>Ed25519 (RFC 8032) by libcrypto of OpenSSL 3. Raw keys of 32 bytes, signatures of 64.</summary>
/// <exception cref="DllNotFoundException">There is no libcrypto.so.3: install libssl3.</exception>
public static unsafe class Ed25519
{
    /// <summary>Whether the signature over the data was made with the private half of the key. A key that is none fits nothing.</summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != Ed25519KeyText.KeyBytes || signature.Length != UpdateFrame.SignatureBytes) return false;
        nint key = 0, context = 0;
        try
        {
            fixed (byte* raw = publicKey) key = Libcrypto.EVP_PKEY_new_raw_public_key(Libcrypto.Ed25519, 0, raw, publicKey.Length);
            context = Libcrypto.EVP_MD_CTX_new();
            if (key == 0 || context == 0 || Libcrypto.EVP_DigestVerifyInit(context, 0, 0, 0, key) != 1) return false;
            fixed (byte* bytes = data)
            fixed (byte* sign = signature)
                return Libcrypto.EVP_DigestVerify(context, sign, signature.Length, bytes, data.Length) == 1;
        }
        finally
        {
            Libcrypto.EVP_MD_CTX_free(context);
            Libcrypto.EVP_PKEY_free(key);
        }
    }

    /// <summary>The signature over the data.</summary>
    /// <param name="privateKey">32 bytes.</param>
    /// <exception cref="CryptographicException">libcrypto refuses.</exception>
    public static byte[] Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> data)
    {
        var signature = new byte[UpdateFrame.SignatureBytes];
        nint key = 0, context = 0, length = signature.Length;
        try
        {
            key = Private(privateKey);
            context = Libcrypto.EVP_MD_CTX_new();
            if (context == 0 || Libcrypto.EVP_DigestSignInit(context, 0, 0, 0, key) != 1) throw Refused("sign");
            fixed (byte* bytes = data)
            fixed (byte* into = signature)
                if (Libcrypto.EVP_DigestSign(context, into, &length, bytes, data.Length) != 1) throw Refused("sign");
            return signature;
        }
        finally
        {
            Libcrypto.EVP_MD_CTX_free(context);
            Libcrypto.EVP_PKEY_free(key);
        }
    }

    /// <summary>The public half. Any 32 random bytes are a private key.</summary>
    /// <exception cref="CryptographicException">libcrypto refuses.</exception>
    public static byte[] PublicKey(ReadOnlySpan<byte> privateKey)
    {
        var half = new byte[Ed25519KeyText.KeyBytes];
        nint length = half.Length;
        var key = Private(privateKey);
        try
        {
            fixed (byte* into = half)
                return Libcrypto.EVP_PKEY_get_raw_public_key(key, into, &length) == 1 ? half : throw Refused("give the public key");
        }
        finally
        {
            Libcrypto.EVP_PKEY_free(key);
        }
    }

    private static nint Private(ReadOnlySpan<byte> raw)
    {
        fixed (byte* bytes = raw)
        {
            var key = Libcrypto.EVP_PKEY_new_raw_private_key(Libcrypto.Ed25519, 0, bytes, raw.Length);
            return key != 0 ? key : throw Refused("take the private key");
        }
    }

    private static CryptographicException Refused(string what) => new($"libcrypto does not {what}");
}
