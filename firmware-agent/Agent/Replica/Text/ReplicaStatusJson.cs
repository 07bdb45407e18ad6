using Appliance.Agent.Control;

namespace Appliance.Agent.Replica.Text;

/// <summary>JSON of <c>appliance replica status --json</c>.</summary>
public static class ReplicaStatusJson
{
    /// <summary>A line per field.</summary>
    public static AgentJson Indented => field ??= AgentJson.Readable(depth: 8, indented: true);
}
