using System.Text;
using Appliance.Core.LinuxHa;
using Appliance.Core.Time;
using Appliance.Core.Wire;

namespace Appliance.Core.Tests.LinuxHa;

/// <summary>Messages of real nodes are understood; nothing else is.</summary>
public class HaFrameTests
{
    private const string Range =
        "###\n11:(0)t=status,8:(0)st=up,10:(0)dt=1388,10:(0)src=bob,8:(0)seq=1,14:(0)hg=65000000,14:(0)ts=65000000,8:(0)ttl=3,%%%\n";
    private const string Lines = "t=status\nst=up\ndt=1388\nsrc=bob\nseq=1\nhg=65000000\nts=65000000\nttl=3\n";

    private static readonly Instant Now = Instant.FromMilliseconds(1000);

    [Theory]
    [InlineData("1 sha1 testkey", Range, "331882415cb781b1a9ce5c3327038cb0b8e47e3d")]
    [InlineData("1 md5 testkey", Range, "00c56155a6c68307b2100a3f3f6f1b5b")]
    [InlineData("1 crc", Range, "32924270")]
    [InlineData("1 sha1 testkey", Lines, "1a952bfa8aae914e519fdd4336a28bec4e1fc612")]
    [InlineData("1 md5 testkey", Lines, "6b3a5a82896f30acb52efff9cd384f3c")]
    [InlineData("1 crc", Lines, "ad48cd7d")]
    public void Signatures_are_those_of_the_real_daemon(string key, string signed, string digits)
    {
        Span<byte> written = stackalloc byte[HaSignature.DigitsMax];
        var size = HaSignature.Write(Keys.Of($"auth 1\n{key}\n").Sending, Encoding.ASCII.GetBytes(signed), written);
        Assert.Equal(digits, Encoding.ASCII.GetString(written[..size]));
    }

    [Fact]
    public void Captured_messages_are_understood()
    {
        Assert.Equal(HaStatus.Active, Take(Captured.StatusOfA).Status);
        Assert.Equal(3000, Take(Captured.StatusOfB, "pbx-a", "pbx-b").DeadtimeMs);
        var wish = Take(Captured.WishOfA);
        Assert.Equal((HaKind.AskResources, Holding.Local, HaInfo.Me), (wish.Kind, wish.Holding, wish.Info));
        var assent = Take(Captured.AssentOfB, "pbx-a", "pbx-b");
        Assert.Equal((HaKind.AskResources, Holding.Local, HaInfo.Assent), (assent.Kind, assent.Holding, assent.Info));
        var gives = Take(Captured.GivesAway);
        Assert.Equal((Holding.None, HaInfo.Standby, false, true), (gives.Holding, gives.Info, gives.IsStable, gives.IsFull));
        var all = Take(Captured.HoldsAll, "pbx-a", "pbx-b");
        Assert.Equal((Holding.All, HaInfo.None, true, true), (all.Holding, all.Info, all.IsStable, all.IsFull));
        Assert.True(all.Sequence > 0 && all.Generation > 0x60000000);
    }

    [Fact]
    public void Every_part_of_a_message_is_truncated()
    {
        foreach (var whole in (byte[][])[.. Captured.All, Encoding.ASCII.GetBytes(Text(Lines))])
            for (var length = 0; length < whole.Length; length++)
            {
                // The NUL behind the text form is optional.
                if (length == whole.Length - 1 && whole[^1] == 0) continue;
                Assert.NotEqual(Rejection.None, Verdict(whole.AsSpan(0, length), "pbx-b", "pbx-a"));
                Assert.NotEqual(Rejection.None, Verdict(whole.AsSpan(0, length), "pbx-a", "pbx-b"));
            }
    }

    [Fact]
    public void Twenty_thousand_damaged_messages_change_nothing()
    {
        var random = new Random(20261122);
        var receiver = new HaReceiver("pbx-b", "pbx-a", Keys.Test, 0);
        var composer = new HaComposer("pbx-a", "pbx-b", 7, Keys.Test);
        var text = new byte[HaLimits.FrameBytesMax];
        var length = composer.Text(composer.Lines(new HaSpeech(HaKind.Starting), 1, default).Span, text);
        byte[][] samples = [.. Captured.All, text[..length]];
        for (var round = 0; round < 20_000; round++)
        {
            var damaged = Damage(samples[random.Next(samples.Length)], random);
            var verdict = receiver.Take(damaged, Now, out _, out _);
            Assert.True(verdict != Rejection.None, $"round {round} was believed: {Convert.ToBase64String(damaged)}");
        }

        Assert.Equal((0L, 0L, 0), (receiver.Sequences.Generation, receiver.Sequences.Highest, receiver.Sequences.MissingCount));
        Assert.Equal(Rejection.None, receiver.Take(Captured.StatusOfA, Now, out _, out _));
    }

    [Theory]
    [InlineData("auth 1\n1 sha1 another\n", Rejection.BadMac)]
    [InlineData("auth 1\n1 md5 testkey\n", Rejection.BadMac)]
    [InlineData("auth 2\n2 sha1 testkey\n", Rejection.WrongKey)]
    public void A_wrong_key_is_not_believed(string file, Rejection expected)
    {
        var receiver = new HaReceiver("pbx-b", "pbx-a", Keys.Of(file), 0);
        Assert.Equal(expected, receiver.Take(Captured.StatusOfA, Now, out _, out _));
        Assert.Equal(0, receiver.Sequences.Highest);
    }

    [Fact]
    public void Only_the_other_node_is_listened_to()
    {
        Assert.Equal(Rejection.Own, Verdict(Captured.StatusOfA, "PBX-A", "pbx-b"));
        Assert.Equal(Rejection.WrongSender, Verdict(Captured.StatusOfA, "pbx-b", "pbx-c"));
        Assert.Equal(Rejection.None, Verdict(Captured.StatusOfA, "pbx-b", "Pbx-A"));
    }

    [Theory]
    [InlineData("t=status\nst=up\nst=dead\nsrc=bob\nseq=1\nhg=65000000\n", "a field twice")]
    [InlineData("st=up\nsrc=bob\nseq=1\nhg=65000000\n", "no type")]
    [InlineData("t=status\nst=up\nseq=1\nhg=65000000\n", "no sender")]
    [InlineData("t=status\nst=up\nsrc=bob\nhg=65000000\n", "no number")]
    [InlineData("t=status\nst=up\nsrc=bob\nseq=0\nhg=65000000\n", "number 0")]
    [InlineData("t=status\nst=up\nsrc=bob\nseq=1\n", "no generation")]
    [InlineData("t=status\nst=up\nsrc=bob\nseq=1\nhg=6500000065000000\n", "a generation of 16 digits")]
    [InlineData("t=status\nst=up\nsrc=bob\nseq=1\nhg=-1\n", "a negative generation")]
    [InlineData("t=status\nsrc=bob\nseq=1\nhg=65000000\n", "no status")]
    [InlineData("t=status\nst=ping\nsrc=bob\nseq=1\nhg=65000000\n", "a status of ping nodes")]
    [InlineData("t=resource\nsrc=bob\nseq=1\nhg=65000000\n", "no holding")]
    [InlineData("t=resource\nrsc_hold=both\nsrc=bob\nseq=1\nhg=65000000\n", "an unknown holding")]
    [InlineData("t=NS_rexmit\nfirstseq=9\nlastseq=2\nsrc=bob\nhg=65000000\n", "an empty range")]
    [InlineData("t=NS_rexmit\nfirstseq=a\nlastseq=b\nsrc=bob\nhg=65000000\n", "a range in hexadecimal")]
    [InlineData("t=status\nno equals sign\nst=up\nsrc=bob\nseq=1\nhg=65000000\n", "a line without a value")]
    public void An_authentic_message_without_sense_is_malformed(string lines, string what) =>
        Assert.True(Verdict(Encoding.ASCII.GetBytes(Text(lines)), "alice", "bob") == Rejection.Malformed, what);

    [Fact]
    public void A_message_with_a_thousand_fields_or_bytes_without_end_is_refused()
    {
        var many = string.Concat(Enumerable.Range(0, 40).Select(number => $"f{number}=1\n"));
        Assert.Equal(Rejection.Malformed, Verdict(Encoding.ASCII.GetBytes(Text(many)), "alice", "bob"));
        var endless = Enumerable.Repeat((byte)'1', HaLimits.FrameBytesMax + 1).ToArray();
        Assert.Equal(Rejection.Oversized, Verdict(endless, "alice", "bob"));
        "###\n"u8.CopyTo(endless);
        Assert.Equal(Rejection.Malformed, Verdict(endless.AsSpan(0, HaLimits.FrameBytesMax), "alice", "bob"));
        ">>>\n"u8.CopyTo(endless);
        Assert.Equal(Rejection.Truncated, Verdict(endless.AsSpan(0, HaLimits.FrameBytesMax), "alice", "bob"));
        Assert.Equal(Rejection.Foreign, Verdict("GET / HTTP/1.0\r\n\r\n"u8, "alice", "bob"));
    }

    [Fact]
    public void Both_forms_that_we_write_are_read()
    {
        foreach (var method in (string[])["sha1 k", "md5 k", "crc"])
        {
            var keys = Keys.Of($"auth 3\n3 {method}\n");
            var composer = new HaComposer("alice", "bob", 0x65000000, keys);
            foreach (var said in Everything)
            {
                var lines = composer.Lines(said, 1234, "0.1 0.2 0.3 1/100 5"u8);
                var frame = new byte[HaLimits.FrameBytesMax];
                var counted = new HaReceiver("bob", "alice", keys, 0);
                Assert.Equal(Rejection.None, Take(counted, frame.AsSpan(0, composer.Counted(lines.Span, frame)), out var message));
                Assert.Equal(said.Kind, message.Kind);
                Assert.True(message.IsAppliance && message.IsForUs);
                Assert.Equal(said.Holding, message.Holding);
                var text = new HaReceiver("bob", "alice", keys, 0);
                Assert.Equal(Rejection.None, Take(text, frame.AsSpan(0, composer.Text(lines.Span, frame)), out var again));
                Assert.Equal(message, again);
            }
        }
    }

    private static IEnumerable<HaSpeech> Everything =>
    [
        new(HaKind.Status) { Status = HaStatus.Up, DeadtimeMs = 3000 },
        new(HaKind.Starting),
        .. Enum.GetValues<Holding>().Select(holding => new HaSpeech(HaKind.Resource) { Holding = holding, IsStable = true }),
        new(HaKind.Resource) { Info = HaInfo.Shutdown },
        new(HaKind.AskResources) { Holding = Holding.Foreign, Info = HaInfo.Me },
        new(HaKind.Takeover) { Holding = Holding.Local },
        new(HaKind.ShutDone) { Status = HaStatus.Dead },
        new(HaKind.RepNodes),
    ];

    private static Rejection Take(HaReceiver receiver, ReadOnlySpan<byte> bytes, out HaMessage message) =>
        receiver.Take(bytes, Now, out message, out _);

    private static HaMessage Take(byte[] bytes, string own = "pbx-b", string peer = "pbx-a")
    {
        Assert.Equal(Rejection.None, new HaReceiver(own, peer, Keys.Test, 0).Take(bytes, Now, out var message, out _));
        return message;
    }

    private static Rejection Verdict(ReadOnlySpan<byte> bytes, string own, string peer) =>
        new HaReceiver(own, peer, Keys.Test, 0).Take(bytes, Now, out _, out _);

    /// <summary>The text form of lines, rightly signed.</summary>
    private static string Text(string lines)
    {
        Span<byte> digits = stackalloc byte[HaSignature.DigitsMax];
        var size = HaSignature.Write(Keys.Test.Sending, Encoding.ASCII.GetBytes(lines), digits);
        return $">>>\n{lines}auth=1 {Encoding.ASCII.GetString(digits[..size])}\n<<<\n\0";
    }

    private static byte[] Damage(byte[] good, Random random)
    {
        var bytes = good.ToArray();
        while (bytes.AsSpan().SequenceEqual(good))
            switch (random.Next(5))
            {
                case 0: bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes = bytes[..random.Next(bytes.Length)]; break;
                case 2: bytes = [.. bytes, .. good[..random.Next(1, good.Length)]]; break;
                case 3:
                    var at = random.Next(bytes.Length);
                    bytes = [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 30))..]];
                    break;
                default: random.NextBytes(bytes.AsSpan(random.Next(bytes.Length))); break;
            }

        // A NUL behind the text form is part of it.
        return bytes.Length == good.Length + 1 && bytes[^1] == 0 ? bytes[..4] : bytes;
    }
}
