using Appliance.Core.Time;
using Facts = Appliance.Core.Cluster.Heartbeat;

namespace Appliance.Agent.Heartbeat;

/// <summary>What the heartbeat thread tells the decision loop. A plain struct in a ring: nothing is allocated on the way.</summary>
public struct HeardItem
{
    /// <summary>Link number, or <see cref="WitnessLink"/>.</summary>
    public int Link;

    /// <summary>Set when the link's standing changed; then nothing below counts.</summary>
    public LinkStanding? Standing;
    public Instant At;
    public bool Fresh;

    /// <summary>When we said what it echoes; null: not known.</summary>
    public Instant? EchoSaidAt;
    public Facts Heartbeat;

    /// <summary>The number behind the links: the path to the witness.</summary>
    public const int WitnessLink = Core.Limits.LinksMax;
}

/// <summary>Sees what was heard before it is decided upon. Must not wait.</summary>
public delegate void HeardObserver(in HeardItem item);

/// <summary>Whether a link's interface or device can carry anything, and if not why.</summary>
/// <param name="Problem">In words; empty: nothing is known to be wrong.</param>
public sealed record LinkStanding(string Problem)
{
    public static LinkStanding Good { get; } = new("");

    public bool IsGood => Problem.Length == 0;
}
