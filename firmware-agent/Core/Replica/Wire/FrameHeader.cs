namespace Appliance.Core.Replica.Wire;

/// <summary>What stands before every payload: 40 bytes on the wire (docs/PROTOCOL.md).</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Flags">Of Write and Zeroes.</param>
/// <param name="Length">Bytes of payload that follow; at most <see cref="BlockBuffers.SlotBytes"/>.</param>
/// <param name="Sequence">Names a request within a connection, or the request an answer is for.</param>
/// <param name="Offset">Bytes from the start of the volume, where the kind has a place.</param>
/// <param name="Aux">As <see cref="FrameKind"/> says.</param>
public readonly record struct FrameHeader(
    FrameKind Kind, FrameFlags Flags, int Length, ulong Sequence, long Offset, ulong Aux);
