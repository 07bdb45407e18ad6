using Appliance.Core;
using Appliance.Core.Wire;

namespace Appliance.Core.Tests.Wire;

public class AuthenticatorTests
{
    [Fact]
    public void Every_truncation_is_refused()
    {
        var frame = Samples.Frame(Samples.Busy());
        for (var length = 0; length < frame.Length; length++) Assert.NotEqual(Rejection.None, Open(frame.AsSpan(0, length)));
    }

    [Fact]
    public void Every_trailing_byte_is_refused()
    {
        var frame = Samples.Frame(Samples.Busy());
        for (var more = 1; more <= 600; more++) Assert.NotEqual(Rejection.None, Open([.. frame, .. new byte[more]]));
    }

    [Fact]
    public void Every_single_bit_flip_is_refused()
    {
        foreach (var frame in new[] { Samples.Frame(Samples.First()), Samples.Frame(Samples.Full()) })
        {
            for (var bit = 0; bit < frame.Length * 8; bit++)
            {
                frame[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.NotEqual(Rejection.None, Open(frame));
                frame[bit / 8] ^= (byte)(1 << (bit % 8));
            }

            Assert.Equal(Rejection.None, Open(frame));
        }
    }

    [Fact]
    public void Random_bytes_never_throw_and_are_never_believed()
    {
        var random = new Random(20261121);
        var header = Samples.Frame(Samples.Busy())[..FrameLayout.HeaderSize];
        var buffer = new byte[600];
        for (var round = 0; round < 200_000; round++)
        {
            var frame = buffer.AsSpan(0, random.Next(buffer.Length));
            random.NextBytes(frame);
            // Half of them get past the cheap checks.
            if (round % 2 == 0 && frame.Length >= header.Length) header.CopyTo(frame);
            Assert.NotEqual(Rejection.None, Open(frame));
            _ = HeartbeatCodec.TryDecode(frame, out _);
        }
    }

    [Fact]
    public void Each_reason_has_its_name()
    {
        var frame = Samples.Frame(Samples.Busy());
        var other = new Authenticator(Samples.Cluster, new KeySet([Samples.SecondKey]));
        var forged = new Authenticator(Samples.Cluster, new KeySet([Samples.FirstKey with { Secret = Samples.SecondKey.Secret }]));
        Assert.Equal(Rejection.Truncated, Open([]));
        Assert.Equal(Rejection.Truncated, Open(frame.AsSpan(0, 40)));
        Assert.Equal(Rejection.Oversized, Open(new byte[Limits.FrameBytesMax + 1]));
        Assert.Equal(Rejection.Foreign, Open(new byte[100]));
        Assert.Equal(Rejection.WrongVersion, Open([frame[0], frame[1], 2, .. frame[3..]]));
        Assert.Equal(Rejection.WrongCluster, Open(Samples.Frame(Samples.Busy(), cluster: ClusterId.Of("site43"))));
        Assert.Equal(Rejection.WrongKey, Open(Samples.Frame(Samples.Busy(), other)));
        Assert.Equal(Rejection.BadMac, Open(Samples.Frame(Samples.Busy(), forged)));
        for (var reason = 0; reason < Rejections.Count; reason++) Assert.NotEmpty(((Rejection)reason).Words());
    }

    [Fact]
    public void Keys_rotate_without_a_moment_of_disbelief()
    {
        // Each node is at most one step ahead of the other: old, old+new, new+old, new.
        KeySet[] steps =
        [
            new([Samples.FirstKey]), new([Samples.FirstKey, Samples.SecondKey]), new([Samples.SecondKey, Samples.FirstKey]),
                new([Samples.SecondKey]),
        ];
        var (left, right) = (new Authenticator(Samples.Cluster, steps[0]), new Authenticator(Samples.Cluster, steps[0]));
        foreach (var step in steps)
        {
            left.Replace(step);
            BothBelieve(left, right);
            right.Replace(step);
            BothBelieve(left, right);
        }

        Assert.Equal(Rejection.WrongKey, left.Open(Samples.Frame(Samples.Busy()), out _));
    }

    [Fact]
    public void Frame_believed_under_a_key_that_was_taken_away_is_refused()
    {
        var authenticator = Samples.Authenticator();
        var frame = Samples.Frame(Samples.Busy());
        Assert.Equal(Rejection.None, authenticator.Open(frame, out _));
        Assert.Equal(Rejection.None, authenticator.Open(frame, out _));
        authenticator.Replace(new KeySet([Samples.FirstKey with { Secret = Samples.SecondKey.Secret }]));
        Assert.Equal(Rejection.BadMac, authenticator.Open(frame, out _));
    }

    [Fact]
    public void Frame_that_differs_from_the_last_one_in_one_bit_is_refused()
    {
        var authenticator = Samples.Authenticator();
        var frame = Samples.Frame(Samples.Busy());
        for (var bit = 0; bit < frame.Length * 8; bit++)
        {
            Assert.Equal(Rejection.None, authenticator.Open(frame, out _));
            var damaged = frame.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(Rejection.None, authenticator.Open(damaged, out _));
        }
    }

    private static void BothBelieve(Authenticator left, Authenticator right)
    {
        Assert.Equal(Rejection.None, left.Open(Samples.Frame(Samples.Busy(), right), out _));
        Assert.Equal(Rejection.None, right.Open(Samples.Frame(Samples.Busy(), left), out _));
    }

    private static Rejection Open(ReadOnlySpan<byte> frame) => Samples.Authenticator().Open(frame, out _);
}
