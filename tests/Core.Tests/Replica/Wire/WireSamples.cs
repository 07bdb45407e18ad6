using Appliance.Core.Replica;
using Appliance.Core.Replica.History;
using Appliance.Core.Replica.Wire;
using Appliance.Core.Tests.Replica.History;
using Appliance.Core.Wire;

namespace Appliance.Core.Tests.Replica.Wire;

/// <summary>Frames and greetings for vectors and hostile tests.</summary>
internal static class WireSamples
{
    public static readonly Guid Cluster = new("0f1e2d3c-4b5a-4697-8899-aabbccddeeff");

    public static BlockBuffers Buffers() => new(new byte[64 * BlockBuffers.SlotBytes]);

    public static GreetingConfig Node(int node, byte key = 0x42, bool encrypt = false) =>
        new("pbx", Cluster, node, new KeySet([new Key(1, [.. Enumerable.Repeat(key, 32)])]), encrypt);

    public static Greeting Greeting(GreetingConfig config) =>
        new(config, Enumerable.Repeat((byte)(0xA0 + config.Node), Core.Replica.Wire.Greeting.NonceBytes).ToArray());

    public static byte[] Frame(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[FrameText.HeaderBytes + payload.Length];
        FrameWriter.Write(header with { Length = payload.Length }, payload, frame);
        payload.CopyTo(frame.AsSpan(FrameText.HeaderBytes));
        return frame;
    }

    public static byte[] Write() =>
        Frame(new FrameHeader(FrameKind.Write, FrameFlags.Fua, 0, 7, 0x1000, 0), [.. Enumerable.Range(0, 512).Select(at => (byte)at)]);

    public static byte[] Ack() => Frame(new FrameHeader(FrameKind.Ack, FrameFlags.None, 0, 7, 0, 0b1011), []);

    public static byte[] Facts()
    {
        var payload = new byte[HandshakeFactsText.Bytes];
        HandshakeFactsText.Write(SomeFacts(), payload);
        return Frame(new FrameHeader(FrameKind.Facts, FrameFlags.None, 0, 0, 0, 0), payload);
    }

    public static HandshakeFacts SomeFacts() => Sides.A(0x1122334455667789, 0xAA00).History(0xBB00).ValidBase(0xCC00) with
    {
        Role = ReplicaRole.Primary, Disk = DiskState.UpToDate, DirtyBlocks = 5, CrashedPrimary = true, Survived = true, Term = 9,
    };

    /// <summary>Says Hello and answers the other's; returns what was said, and the two greetings.</summary>
    public static (Greeting Zero, Greeting One, byte[][] Said) Meet(GreetingConfig zero, GreetingConfig one)
    {
        var (a, b) = (Greeting(zero), Greeting(one));
        var (helloA, helloB) = (Begin(a), Begin(b));
        var (proofA, proofB) = (Hear(a, helloB), Hear(b, helloA));
        if (proofA.Length > 0 && proofB.Length > 0) (_, _) = (Hear(a, proofB), Hear(b, proofA));
        return (a, b, [helloA, helloB, proofA, proofB]);
    }

    public static byte[] Begin(Greeting greeting)
    {
        var room = new byte[Core.Replica.Wire.Greeting.FrameBytesMax];
        return room[..greeting.Begin(room)];
    }

    /// <summary>Hands a frame to a greeting as the shell does; what the frame layer refuses never gets there.</summary>
    public static byte[] Hear(Greeting greeting, ReadOnlySpan<byte> frame)
    {
        var room = new byte[Core.Replica.Wire.Greeting.FrameBytesMax];
        Assert.Null(FrameText.Read(frame, out var header, out var checksum));
        var payload = frame[FrameText.HeaderBytes..];
        Assert.Equal(checksum, FrameText.Checksum(payload));
        return room[..greeting.Heard(header, payload, room)];
    }
}
