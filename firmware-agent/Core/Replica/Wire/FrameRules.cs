namespace Appliance.Core.Replica.Wire;

/// <summary>What each kind of frame may carry: judged before a byte of its payload is waited for.</summary>
public static class FrameRules
{
    /// <summary>Largest payload of Hello, Proof and Refused.</summary>
    public const int GreetingBytesMax = 512;

    /// <summary>Null: such a frame can be; else why not.</summary>
    public static string? Fault(in FrameHeader header)
    {
        var (least, most) = Payload(header.Kind);
        if (most < 0) return "a frame is of a kind that this release does not know";
        if (header.Length < least || header.Length > most) return "a frame has more or less payload than its kind can have";
        if ((header.Flags & ~Flags(header.Kind)) != 0) return "a frame has flags that its kind does not have";
        return HasPlace(header.Kind) && !IsPlace(header) ? "a frame is about a place that no volume has" : null;
    }

    /// <summary>Belongs before the engine.</summary>
    public static bool IsGreeting(FrameKind kind) => kind is FrameKind.Hello or FrameKind.Proof or FrameKind.Refused;

    /// <summary>Bytes, at least and at most; (0, -1): there is no such kind.</summary>
    private static (int Least, int Most) Payload(FrameKind kind) => kind switch
    {
        FrameKind.Hello or FrameKind.Proof => (1, GreetingBytesMax),
        FrameKind.Refused => (0, GreetingBytesMax),
        FrameKind.Facts => (HandshakeFactsText.Bytes, HandshakeFactsText.Bytes),
        FrameKind.ResyncBegin => (0, GenerationsText.Bytes),
        FrameKind.ResyncDone => (GenerationsText.Bytes, GenerationsText.Bytes),
        FrameKind.Write or FrameKind.ReadData or FrameKind.ResyncData => (1, BlockBuffers.SlotBytes),
        FrameKind.BitmapPages => (1, BlockBuffers.SlotBytes),
        FrameKind.ResyncSums or FrameKind.VerifySums => (BlockSums.SumBytes, BlockSums.SumBytes * BlocksMax),
        FrameKind.ResyncWant or FrameKind.VerifyResult => (1, BlocksMax / 8),
        FrameKind.Verdict or FrameKind.BitmapEnd or FrameKind.Ready or FrameKind.Zeroes or FrameKind.Flush or FrameKind.Barrier
            or FrameKind.Ack or FrameKind.Received or FrameKind.Refusal or FrameKind.FlushAck or FrameKind.ReadRequest
            or FrameKind.ReadError or FrameKind.ResyncZero or FrameKind.ResyncAck or FrameKind.ResyncDoneAck or FrameKind.VerifyBegin
            or FrameKind.VerifyEnd
            or FrameKind.State or FrameKind.RoleRequest or FrameKind.RoleReply or FrameKind.Outdate or FrameKind.Outdated
            or FrameKind.Detached or FrameKind.DetachedNoted or FrameKind.ResizePrepare or FrameKind.ResizeCommit or FrameKind.Goodbye
            or FrameKind.Ping or FrameKind.Pong => (0, 0),
        _ => (0, -1),
    };

    private const int BlocksMax = BlockBuffers.SlotBytes / Geometry.BlockBytes;

    private static FrameFlags Flags(FrameKind kind) => kind switch
    {
        FrameKind.Write => FrameFlags.Fua,
        FrameKind.Zeroes => FrameFlags.Fua | FrameFlags.Discard,
        _ => FrameFlags.None,
    };

    private static bool HasPlace(FrameKind kind) => kind is FrameKind.Write or FrameKind.Zeroes or FrameKind.ReadRequest
        or FrameKind.ResyncData or FrameKind.ResyncZero or FrameKind.ResyncSums or FrameKind.VerifySums;

    /// <summary>Whether the volume is that large only the engine knows; that the sum does not overflow is for sure here.</summary>
    private static bool IsPlace(in FrameHeader header) =>
        header.Offset >= 0 && header.Offset <= long.MaxValue - (2L * Geometry.ZeroBytesMax) && header.Offset % Geometry.SectorBytes == 0
        && (header.Kind is not (FrameKind.Write or FrameKind.ResyncData) || header.Length % Geometry.SectorBytes == 0)
        && (header.Kind is not (FrameKind.Zeroes or FrameKind.ReadRequest or FrameKind.ResyncZero or FrameKind.ResyncSums
            or FrameKind.VerifySums)
            || header.Aux is > 0 and <= Geometry.ZeroBytesMax && header.Aux % Geometry.SectorBytes == 0);
}
