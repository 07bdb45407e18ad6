using System.Text;
using Appliance.Core.Update;

namespace Appliance.Core.Tests.Update;

/// <summary>The keys of RFC 8410 §10, which OpenSSL reads and writes in the same form.</summary>
public sealed class KeyTextTests
{
    private const string Public =
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";

    private const string Private = "-----BEGIN PRIVATE KEY-----\n"
        + "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";

    [Fact]
    public void Both_kinds_are_read_and_written()
    {
        var key = Ed25519KeyText.ReadPublic(Encoding.ASCII.GetBytes(Public), out _)!;
        Assert.Equal("19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1", Convert.ToHexStringLower(key));
        Assert.Equal(Public, Ed25519KeyText.WritePublic(key));
        var secret = Ed25519KeyText.ReadPrivate(Encoding.ASCII.GetBytes(Private), out _)!;
        Assert.Equal("d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842", Convert.ToHexStringLower(secret));
        Assert.Equal(Private, Ed25519KeyText.WritePrivate(secret));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGb9 me@here")]
    [InlineData("-----BEGIN PUBLIC KEY-----\n????\n-----END PUBLIC KEY-----\n")]
    [InlineData("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZg==\n-----END PUBLIC KEY-----\n")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VuAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n")]
    public void Anything_else_is_refused(string text)
    {
        Assert.Null(Ed25519KeyText.ReadPublic(Encoding.UTF8.GetBytes(text), out var problem));
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void Private_key_is_no_public_one_and_is_never_quoted()
    {
        Assert.Null(Ed25519KeyText.ReadPublic(Encoding.ASCII.GetBytes(Private), out var problem));
        Assert.DoesNotContain("MC4CAQ", problem, StringComparison.Ordinal);
        Assert.Null(Ed25519KeyText.ReadPrivate(Encoding.ASCII.GetBytes(Public), out _));
        Assert.Null(Ed25519KeyText.ReadPublic(new byte[Ed25519KeyText.FileBytesMax + 1], out _));
        Assert.Null(Ed25519KeyText.ReadPublic([0xff, 0xfe, 0x00], out _));
    }
}
