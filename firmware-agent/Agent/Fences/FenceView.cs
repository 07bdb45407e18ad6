namespace Appliance.Agent.Fences;

/// <summary>How fencing of the other node stands, for status.</summary>
/// <param name="Devices">Names of its devices, in the order in which they are tried.</param>
/// <param name="PeerIsOff">A device or a person said so, and it was not heard since.</param>
/// <param name="UnderWay">It is being switched off.</param>
/// <param name="Failures">Orders that failed since it was last heard.</param>
/// <param name="Words">How the last one failed; empty: none did.</param>
public sealed record FenceView(IReadOnlyList<string> Devices, bool PeerIsOff, bool UnderWay, int Failures, string Words);
