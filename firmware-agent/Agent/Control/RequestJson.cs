namespace Appliance.Agent.Control;

/// <summary>JSON of requests to the agent. An unknown field is refused.</summary>
public static class RequestJson
{
    public static AgentJson Strict => field ??= AgentJson.Strict(depth: 4);
}
