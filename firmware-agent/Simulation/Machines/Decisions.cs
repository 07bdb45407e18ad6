using System.Collections.Immutable;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Time;

namespace Appliance.Simulation.Machines;

/// <summary>The code under test as a simulated agent calls it: Core's, unless a planted bug stands between.</summary>
public class Decisions
{
    /// <summary>A planted bug of the receive path: recordings are taken for news.</summary>
    public virtual bool BelievesRecordings => false;

    public virtual NodeState Start(
        ApplianceConfig config, int node, DurableState? durable, string bootId, Instant now, string problem, ulong incarnationFloor) =>
        NodeMachine.Start(config, node, durable, bootId, now, problem, incarnationFloor);

    public virtual (NodeState Next, ImmutableArray<Effect> Effects) Step(NodeState state, Event input, Instant now) =>
        NodeMachine.Step(state, input, now);

    public virtual Heartbeat Facts(NodeState state) => NodeMachine.Facts(state);
}
