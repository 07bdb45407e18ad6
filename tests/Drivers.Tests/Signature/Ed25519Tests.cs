using System.Diagnostics;
using Appliance.Core.Update;
using Appliance.Drivers.Signature;
using Appliance.Drivers.Tests.Support;

namespace Appliance.Drivers.Tests.Signature;

/// <summary>RFC 8032 §7.1, tests 1 to 3, and the program openssl.</summary>
public sealed class Ed25519Tests
{
    [Theory]
    [InlineData(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")]
    [InlineData(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")]
    [InlineData(
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a")]
    public void Vectors_of_the_standard(string secret, string half, string data, string signature)
    {
        var (key, pub, bytes, sign) = (Convert.FromHexString(secret), Convert.FromHexString(half), Convert.FromHexString(data),
            Convert.FromHexString(signature));
        Assert.Equal(pub, Ed25519.PublicKey(key));
        Assert.Equal(sign, Ed25519.Sign(key, bytes));
        Assert.True(Ed25519.Verify(pub, bytes, sign));
        for (var bit = 0; bit < sign.Length * 8; bit++)
        {
            var wrong = (byte[])sign.Clone();
            wrong[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.False(Ed25519.Verify(pub, bytes, wrong), $"bit {bit}");
        }

        Assert.False(Ed25519.Verify(pub, [.. bytes, 0], sign));
        pub[0] ^= 1;
        Assert.False(Ed25519.Verify(pub, bytes, sign));
    }

    [Fact]
    public void Wrong_lengths_and_keys_that_are_none_fit_nothing()
    {
        Assert.False(Ed25519.Verify(new byte[31], [1], new byte[64]));
        Assert.False(Ed25519.Verify(new byte[32], [1], new byte[63]));
        Assert.False(Ed25519.Verify([], [], []));
        var none = new byte[32];
        Array.Fill(none, (byte)0xff);
        Assert.False(Ed25519.Verify(none, [1], new byte[64]));
    }

    [RootFact("/usr/bin/openssl")]
    public void The_program_openssl_reads_our_keys_and_believes_our_signature_and_we_its()
    {
        var place = Directory.CreateTempSubdirectory("appl-sign-").FullName;
        try
        {
            var (data, key, pub, sign) = (place + "/data", place + "/k", place + "/k.pub", place + "/sign");
            File.WriteAllText(data, "what is signed");
            OpenSsl("genpkey", "-algorithm", "ed25519", "-out", key);
            OpenSsl("pkey", "-in", key, "-pubout", "-out", pub);
            OpenSsl("pkeyutl", "-sign", "-inkey", key, "-rawin", "-in", data, "-out", sign);
            var secret = Ed25519KeyText.ReadPrivate(File.ReadAllBytes(key), out var problem);
            Assert.True(secret is not null, problem);
            var half = Ed25519KeyText.ReadPublic(File.ReadAllBytes(pub), out _)!;
            Assert.Equal(half, Ed25519.PublicKey(secret));
            Assert.True(Ed25519.Verify(half, File.ReadAllBytes(data), File.ReadAllBytes(sign)));
            File.WriteAllText(pub, Ed25519KeyText.WritePublic(half));
            File.WriteAllBytes(sign, Ed25519.Sign(secret, File.ReadAllBytes(data)));
            OpenSsl("pkeyutl", "-verify", "-pubin", "-inkey", pub, "-rawin", "-in", data, "-sigfile", sign);
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    private static void OpenSsl(params string[] arguments)
    {
        using var program = Process.Start(new ProcessStartInfo("/usr/bin/openssl", arguments)
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        })!;
        var words = program.StandardError.ReadToEnd();
        program.WaitForExit();
        Assert.True(program.ExitCode == 0, words);
    }
}
