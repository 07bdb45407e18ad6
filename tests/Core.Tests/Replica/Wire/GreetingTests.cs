using System.Text;
using Appliance.Core.Replica.Wire;
using Appliance.Core.Wire;

namespace Appliance.Core.Tests.Replica.Wire;

/// <summary>Who is let in, and every way not to be.</summary>
public sealed class GreetingTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_two_nodes_believe_each_other(bool encrypt)
    {
        var (zero, one, _) = WireSamples.Meet(WireSamples.Node(0, encrypt: encrypt), WireSamples.Node(1, encrypt: encrypt));
        Assert.Equal((GreetingState.Accepted, GreetingState.Accepted), (zero.State, one.State));
        Assert.Equal(encrypt, zero.Cipher(0) is not null);
        if (!encrypt) return;
        var (tag, text) = (new byte[16], new byte[64]);
        zero.Cipher(0)!.Seal("h"u8, new byte[64], text, tag);
        Assert.True(one.Cipher(0)!.Open("h"u8, text, tag));
        Assert.Equal(new byte[64], text);
        zero.Cipher(0)!.Seal("h"u8, new byte[64], text, tag);
        Assert.False(one.Cipher(1)!.Open("h"u8, text, tag));
    }

    public static TheoryData<string, string> Strangers => new()
    {
        { "cluster", "another cluster" }, { "replica", "of replica 'other'" }, { "node", "and so are we" },
        { "third", "there is no node 2" },
        { "newer", "update node 0" }, { "older", "update node 1" }, { "encryption", "'encryption' equal" },
        { "key id", "no key that both have" },
        { "key", "the keys differ" },
    };

    [Theory]
    [MemberData(nameof(Strangers))]
    public void Others_are_refused_in_words(string what, string words)
    {
        var one = WireSamples.Node(1);
        var (zero, _, _) = WireSamples.Meet(WireSamples.Node(0) with { VersionMin = 3, VersionMax = 5 }, what switch
        {
            "cluster" => one with { Cluster = Guid.NewGuid(), VersionMin = 3, VersionMax = 5 },
            "replica" => one with { Replica = "other", VersionMin = 3, VersionMax = 5 },
            "node" => one with { Node = 0, VersionMin = 3, VersionMax = 5 },
            "third" => one with { Node = 2, VersionMin = 3, VersionMax = 5 },
            "newer" => one with { VersionMin = 6, VersionMax = 9 },
            "older" => one with { VersionMin = 1, VersionMax = 2 },
            "encryption" => one with { Encrypt = true, VersionMin = 3, VersionMax = 5 },
            "key id" => one with { Keys = Keys((9, 0x42)), VersionMin = 3, VersionMax = 5 },
            _ => one with { Keys = Keys((1, 0x43)), VersionMin = 3, VersionMax = 5 },
        });
        Assert.Equal(GreetingState.Refused, zero.State);
        Assert.Contains(words, zero.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void Releases_that_overlap_and_keys_that_rotate_agree()
    {
        var (zero, one, _) = WireSamples.Meet(
            WireSamples.Node(0) with { VersionMin = 1, VersionMax = 3, Keys = Keys((2, 0x55), (1, 0x42)) },
            WireSamples.Node(1) with { VersionMin = 2, VersionMax = 7 });
        Assert.Equal((GreetingState.Accepted, GreetingState.Accepted), (zero.State, one.State));
    }

    [Fact]
    public void A_reflection_is_refused()
    {
        var zero = WireSamples.Greeting(WireSamples.Node(0));
        WireSamples.Hear(zero, WireSamples.Begin(zero));
        Assert.Equal(GreetingState.Refused, zero.State);

        // A node that has no key, and hands our own proof back.
        zero = WireSamples.Greeting(WireSamples.Node(0));
        WireSamples.Begin(zero);
        var proof = WireSamples.Hear(zero, WireSamples.Begin(WireSamples.Greeting(WireSamples.Node(1, key: 0))));
        WireSamples.Hear(zero, proof);
        Assert.Equal(GreetingState.Refused, zero.State);
    }

    [Fact]
    public void A_recording_is_refused()
    {
        var (_, _, said) = WireSamples.Meet(WireSamples.Node(0), WireSamples.Node(1));
        var later = new Greeting(WireSamples.Node(0), Enumerable.Repeat((byte)1, Greeting.NonceBytes).ToArray());
        WireSamples.Begin(later);
        WireSamples.Hear(later, said[1]);
        WireSamples.Hear(later, said[3]);
        Assert.Equal(GreetingState.Refused, later.State);
    }

    /// <summary>Whoever sits between changes a byte of a Hello (and its checksums): never accepted by either.</summary>
    [Fact]
    public void A_changed_hello_is_never_accepted()
    {
        var hello = WireSamples.Begin(WireSamples.Greeting(WireSamples.Node(1)));
        for (var at = FrameText.HeaderBytes; at < hello.Length; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var payload = hello[FrameText.HeaderBytes..];
                payload[at - FrameText.HeaderBytes] ^= (byte)(1 << bit);
                var (zero, one) = (WireSamples.Greeting(WireSamples.Node(0)), WireSamples.Greeting(WireSamples.Node(1)));
                WireSamples.Begin(one);
                var proofOfOne = WireSamples.Hear(one, WireSamples.Begin(zero));
                var proofOfZero = WireSamples.Hear(zero, WireSamples.Frame(new FrameHeader(FrameKind.Hello, 0, 0, 0, 0, 0), payload));
                if (zero.State == GreetingState.Proof) WireSamples.Hear(zero, proofOfOne);
                if (proofOfZero.Length > 0) WireSamples.Hear(one, proofOfZero);
                Assert.NotEqual(GreetingState.Accepted, zero.State);
                Assert.NotEqual(GreetingState.Accepted, one.State);
            }
        }
    }

    [Fact]
    public void Out_of_turn_and_garbage()
    {
        var (_, _, said) = WireSamples.Meet(WireSamples.Node(0), WireSamples.Node(1));
        var early = WireSamples.Greeting(WireSamples.Node(0));
        WireSamples.Hear(early, said[3]);
        Assert.Equal(GreetingState.Garbage, early.State);
        var twice = WireSamples.Greeting(WireSamples.Node(0));
        WireSamples.Hear(twice, said[1]);
        WireSamples.Hear(twice, said[1]);
        Assert.Equal(GreetingState.Garbage, twice.State);
        var dice = new Random(2);
        for (var round = 0; round < 5_000; round++)
        {
            var noise = new byte[dice.Next(1, FrameRules.GreetingBytesMax)];
            dice.NextBytes(noise);
            if (round % 2 == 0) "APRP"u8[..Math.Min(4, noise.Length)].CopyTo(noise);
            var greeting = WireSamples.Greeting(WireSamples.Node(0));
            WireSamples.Hear(greeting, WireSamples.Frame(new FrameHeader(FrameKind.Hello, 0, 0, 0, 0, 0), noise));
            Assert.NotEqual(GreetingState.Proof, greeting.State);
        }
    }

    [Fact]
    public void Words_of_a_stranger_are_printable()
    {
        var greeting = WireSamples.Greeting(WireSamples.Node(0));
        WireSamples.Hear(greeting, WireSamples.Frame(
            new FrameHeader(FrameKind.Refused, 0, 0, 0, 0, 0),
            Encoding.UTF8.GetBytes("\u001b[31m\nroot: all is lost" + new string('x', 400))));
        Assert.Equal(GreetingState.Refused, greeting.State);
        Assert.DoesNotContain(greeting.Words, letter => letter is < ' ' or > '~');
        Assert.True(greeting.Words.Length < 240);
    }

    private static KeySet Keys(params (byte Id, byte Fill)[] keys) =>
        new([.. keys.Select(key => new Key(key.Id, [.. Enumerable.Repeat(key.Fill, 32)]))]);
}
