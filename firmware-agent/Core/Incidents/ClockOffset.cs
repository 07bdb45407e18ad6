namespace Appliance.Core.Incidents;

/// <summary>How the peer's boot clock stands against ours.</summary>
/// <param name="AheadMs">Peer's clock minus ours, milliseconds modulo 2^32: heartbeats carry no more.</param>
/// <param name="ErrorMs">It cannot be further off than this, whatever the delays on the two ways are; milliseconds.</param>
public readonly record struct ClockOffset(uint AheadMs, long ErrorMs)
{
    /// <summary>A moment of the peer's boot clock on ours, milliseconds.</summary>
    /// <param name="peerMs">The peer's boot clock.</param>
    /// <param name="nearMs">A moment of ours that is less than 24 days away from the answer.</param>
    public long ToOwn(long peerMs, long nearMs) => nearMs + (int)((uint)peerMs - AheadMs - (uint)nearMs);
}
