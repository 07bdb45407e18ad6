namespace Appliance.Core.Replica.Wire;

/// <summary>Frames between two replicas. The number is the byte on the wire. docs/PROTOCOL.md has the layouts.</summary>
public enum FrameKind : byte
{
    // Before the engine: proving to each other who we are (Wire/Greeting).
    Hello = 1,
    Proof = 2,
    Refused = 3,

    // Comparing.
    Facts = 8, // payload: HandshakeFacts
    Verdict = 9, // aux: SyncDecision of the sender
    BitmapPages = 10, // offset: first block; payload: BitmapRuns
    BitmapEnd = 11, // aux: number of dirty blocks told
    Ready = 12, // both may work

    // Data. seq names it.
    Write = 16, // flag Fua; offset; payload
    Zeroes = 17, // flag Fua, Discard; offset; aux: bytes
    Flush = 18, // seq
    Barrier = 19, // protocols A and B: what follows is not applied before what came is stable
    Ack = 20, // seq: base; aux: 64-bit mask, bit n: base + n was written
    Received = 21, // protocol B: seq: everything up to it is in memory
    Refusal = 22, // seq; aux: errno; our disk failed on it
    FlushAck = 23, // seq of the Flush

    // Reading from the peer.
    ReadRequest = 24, // seq, offset, aux: bytes
    ReadData = 25, // seq of the request; payload
    ReadError = 26, // seq of the request; aux: errno

    // Resync, from the source.
    ResyncBegin = 32, // aux: blocks to copy; payload: Generations of the source
    ResyncData = 33, // seq, offset, payload
    ResyncZero = 34, // seq, offset, aux: bytes
    ResyncSums = 35, // seq, offset, aux: bytes; payload: 16 bytes a block
    ResyncWant = 36, // seq of the sums; payload: a bit a block, 1: differs
    ResyncAck = 37, // seq of data or zero: applied
    ResyncDone = 38, // payload: Generations
    ResyncDoneAck = 39,

    // Verify.
    VerifyBegin = 40,
    VerifySums = 41, // seq, offset, aux: bytes; payload: 16 bytes a block
    VerifyResult = 42, // seq; payload: a bit a block, 1: differs
    VerifyEnd = 43, // aux: differing blocks

    // State.
    State = 48, // aux: superblock sequence << 16 | ReplicaRole << 8 | DiskState; offset: term
    RoleRequest = 49, // May I become primary? offset: term
    RoleReply = 50, // aux: 1 yes, 0 no
    Outdate = 51, // Mark yourself outdated, durably.
    Outdated = 52, // Done.
    Detached = 53, // aux: errno. Our disk is gone: keep what you have, it is the only copy.
    DetachedNoted = 54, // Minted and durable.
    ResizePrepare = 55, // aux: bytes
    ResizeCommit = 56, // aux: bytes
    Goodbye = 57, // aux: 1 planned stop

    // Liveness.
    Ping = 62, // aux: sender's clock
    Pong = 63, // aux: echoed
}

[Flags]
public enum FrameFlags : byte
{
    None = 0,
    Fua = 1,
    Discard = 2,
}
