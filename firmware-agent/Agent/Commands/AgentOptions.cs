namespace Appliance.Agent.Commands;

/// <summary>Where the agent finds and keeps things.</summary>
/// <param name="ConfigPath">The configuration file.</param>
/// <param name="Node">Own name; null: from /etc/appliance/node, else the host name.</param>
/// <param name="StateDirectory">Of the durable state and the event file.</param>
/// <param name="SocketPath">Of the control socket.</param>
public sealed record AgentOptions(string ConfigPath, string? Node, string StateDirectory, string SocketPath);
