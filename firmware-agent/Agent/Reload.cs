using Appliance.Agent.Commands;
using Appliance.Agent.Control;
using Appliance.Agent.Heartbeat;
using Appliance.Agent.Journal;
using Appliance.Agent.Network;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;

namespace Appliance.Agent;

/// <summary>
/// <c>appliance config reload</c>. New keys are taken into use at once. A new configuration is taken by becoming a fresh agent in the
/// same process: it takes the running resources back untouched. Interfaces and firewall follow before that, in one transaction. Bad files
/// change nothing.
/// </summary>
/// <param name="replaceKeys">Gives them to whoever else talks to the other node.</param>
public sealed class Reload(
    AgentOptions options, AgentFiles running, Func<NodeState> state, IPairVoice heartbeat, Action<AgentFiles> replaceKeys,
    JournalWriter journal)
{
    /// <summary>Tries it; the reply says what happens. <paramref name="standing"/> keeps the refusal visible in status.</summary>
    public CommandReply Try(List<string> standing)
    {
        var files = AgentFiles.Read(options, options.ConfigPath, out var problems);
        lock (standing)
        {
            standing.RemoveAll(text => text.StartsWith(options.ConfigPath, StringComparison.Ordinal));
            if (files is null)
                standing.Add(
                    $"{options.ConfigPath} was changed and cannot be used; the old configuration stays in force (appliance config check "
                        + "says why)");
        }

        if (files is null) return new CommandReply(false, $"nothing was changed: {string.Join("; ", problems)}");
        var held = state().Groups.Where(group => group.Role.Holds()).Select(group => group.Name);
        var isSame = files.Config.Digest == running.Config.Digest;
        if (!isSame && ConfigChange.Obstacle(running.Config, files.Config, held) is { } why)
            return new CommandReply(false, $"nothing was changed: {why}");
        // Also when the file is the same: somebody may have taken the rules away by hand.
        var network = IsSetUp(running.Config) || IsSetUp(files.Config)
            ? NetworkSetup.Apply(files.Config, files.Node, NetworkSetup.Live) : null;
        if (network?.Refused is { } refused) return new CommandReply(false, $"nothing was changed: {refused}");
        foreach (var line in network?.Said ?? []) journal.Say(JournalPriority.Notice, line);
        heartbeat.ReplaceKeys(files);
        replaceKeys(running with { Keys = files.Keys });
        if (!isSame) ThreadPool.QueueUserWorkItem(_ => FreshStart.Become(journal, "with the new configuration"));
        var text = isSame
            ? "the configuration is the same; keys were read again"
            : "the new configuration is valid; the agent starts again with it and takes the running resources back";
        if (network is null) return new CommandReply(true, text);
        return network.Unfinished is { } unfinished
            ? new CommandReply(false, $"{text}; but {unfinished}")
            : new CommandReply(true, $"{text}; network and firewall are as the file says");
    }

    private static bool IsSetUp(ApplianceConfig config) => config is not { Network: null, Firewall: null };
}
