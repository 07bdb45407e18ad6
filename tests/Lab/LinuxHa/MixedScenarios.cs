using Appliance.Lab.Host;
using Appliance.Lab.Scenarios;

namespace Appliance.Lab.LinuxHa;

/// <summary>One claim about our node beside a real Heartbeat.</summary>
/// <param name="Name">The claim as a sentence.</param>
/// <param name="AllMedia">Needs every medium; else unicast alone.</param>
/// <param name="Prove">The steps. Throws with the reason when it does not hold.</param>
public sealed record MixedScenario(string Name, bool AllMedia, Action<MixedRoom> Prove)
{
    /// <summary>Begins with neither node running; else with a Heartbeat that serves and our agent beside it.</summary>
    public bool FromNothing { get; init; }
}

/// <summary>The claims, and what they have in common. deadtime is 2 s, keepalive 200 ms.</summary>
public static class MixedScenarios
{
    private const string All = "dummya dummyb";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    public static readonly IReadOnlyList<MixedScenario> List =
    [
        new("joins_over_every_medium_and_takes_nothing", true, EveryMedium),
        new("serial_line_alone_keeps_both_alive", true, SerialAlone),
        new("both_start_cold_and_each_takes_its_own", false, ColdStart) { FromNothing = true },
        new("standby_of_the_heartbeat_brings_its_groups", false, StandbyThere),
        new("standby_here_gives_all_and_online_takes_nothing_back", false, StandbyHere),
        new("switchover_here_and_takeover_there", false, Takeovers),
        new("lost_messages_are_asked_for_both_ways", false, Loss),
        new("clean_leave_of_the_agent_hands_over_at_once", false, AgentLeaves),
        new("clean_leave_of_the_heartbeat_hands_over_at_once", false, HeartbeatLeaves),
        new("killed_heartbeat_is_taken_over_and_returns_to_nothing", false, HeartbeatDies),
        new("killed_agent_is_taken_over_and_its_next_generation_yields", false, AgentDies),
        new("healed_partition_leaves_one_that_serves", false, HealedPartition),
        new("agent_restarted_in_maintenance_keeps_what_runs", false, AgentRestarts),
        new("paused_agent_becomes_a_fresh_one_and_yields", false, AgentPauses),
        new("wrong_key_is_not_believed", false, WrongKey),
        new("live_pair_is_replaced_one_node_at_a_time_and_then_speaks_our_own_protocol", false, Migration),
    ];

    /// <summary>Heartbeat serves everything and our agent is beside it.</summary>
    public static void Settle(MixedRoom room)
    {
        if (!room.Agent.IsOn) room.Forget('b');
        if (!room.Heartbeat.IsOn)
        {
            room.Agent.Kill();
            room.Forget('b');
            room.Heartbeat.Start();
            Until(() => room.Heartbeat.Holds == "all", () => $"a heartbeat alone takes everything; it holds {room.Heartbeat.Holds}");
        }

        if (!room.Agent.IsOn) room.Agent.Start();
        Until(() => room.Heartbeat.Peer == "active" && room.Agent.Peer == "Up",
            () => $"both nodes hear each other; heartbeat says {room.Heartbeat.Peer}, the agent says {room.Agent.Peer}");
        if (room.Running('a') != All || room.Heartbeat.Holds != "all")
        {
            room.Agent.Order("standby");
            Until(() => room.Heartbeat.Holds == "all" && room.Running('a') == All, () => Everything("heartbeat", room));
        }

        room.Agent.Order("online");
        RequireRunning(room, All, "");
    }

    private static void EveryMedium(MixedRoom room)
    {
        foreach (var (link, device) in new[] { ("ucast", "eth1"), ("bcast", "eth1"), ("mcast", "eth1"), ("serial", "") })
        {
            Until(() => room.Agent.Link(link) == "Up", () => $"the agent hears it on {link}: {room.Agent.Link(link)}");
            if (device.Length > 0) Until(() => room.Heartbeat.Link(device) == "up", () => $"heartbeat hears us on {device}");
        }

        RequireRunning(room, All, "");
        Require(room.Doubles == 0, $"a group ran on both nodes {room.Doubles} times");
    }

    private static void SerialAlone(MixedRoom room)
    {
        room.SetWire(up: false);
        try
        {
            // Longer than deadtime: what is heard now comes by the serial line.
            Until(() => room.Agent.Link("ucast") == "Down", () => "the agent notices the cut");
            Thread.Sleep(2500);
            Require(room.Heartbeat.Peer == "active" && room.Agent.Peer == "Up",
                $"heartbeat says {room.Heartbeat.Peer}, the agent says {room.Agent.Peer}");
            room.Heartbeat.Order("hb_standby", "all");
            Until(() => room.Running('b') == All, () => $"a standby over the serial line; {Where(room)}");
        }
        finally
        {
            room.SetWire(up: true);
        }
    }

    private static void ColdStart(MixedRoom room)
    {
        room.Heartbeat.Start();
        room.Agent.Start();
        Until(() => room.Heartbeat.Holds == "local" && Where(room) == "a: dummya; b: dummyb", () => $"each has its own; {Where(room)}");
        RequireOnce(room);
    }

    private static void StandbyThere(MixedRoom room)
    {
        room.Heartbeat.Order("hb_standby", "foreign");
        Until(() => room.Heartbeat.Holds == "local" && room.Running('b') == "dummyb", () => $"we have ours; {Where(room)}");
        room.Heartbeat.Order("hb_standby", "local");
        Until(() => room.Heartbeat.Holds == "none" && room.Running('b') == All, () => Everything("this node", room));
        RequireOnce(room);
    }

    private static void StandbyHere(MixedRoom room)
    {
        room.Heartbeat.Order("hb_standby", "all");
        Until(() => room.Running('b') == All && room.Heartbeat.Holds == "none", () => Everything("this node", room));
        room.Agent.Order("standby");
        Until(() => room.Running('a') == All && room.Heartbeat.Holds == "all", () => Everything("heartbeat", room));
        room.Agent.Order("online");
        Thread.Sleep(3000);
        RequireRunning(room, All, "");
        RequireOnce(room);
    }

    private static void Takeovers(MixedRoom room)
    {
        RequireObeyed(room.Agent.Order("switchover", "dummyb"));
        Until(() => Where(room) == "a: dummya; b: dummyb" && room.Heartbeat.Holds == "local", () => $"we asked for ours; {Where(room)}");
        Until(() => room.Agent.Order("switchover", "dummyb").ExitCode == 0, () => "a switchover back is accepted");
        Until(() => room.Running('a') == All && room.Heartbeat.Holds == "all", () => $"we gave ours; {Where(room)}");
        RequireObeyed(room.Agent.Order("switchover", "dummya"));
        Until(() => Where(room) == "a: dummyb; b: dummya" && room.Heartbeat.Holds == "foreign", () => $"we asked for its; {Where(room)}");
        room.Heartbeat.Order("hb_takeover", "local");
        Until(() => room.Running('a') == All && room.Heartbeat.Holds == "all", () => $"heartbeat took its own; {Where(room)}");
        RequireOnce(room);
    }

    private static void Loss(MixedRoom room)
    {
        var asked = room.Heartbeat.Log.Length;
        room.Lose(every: 7);
        try
        {
            for (var round = 0; round < 2; round++)
            {
                room.Heartbeat.Order("hb_standby", "all");
                Until(() => room.Running('b') == All && room.Heartbeat.Holds == "none", () => Everything("this node", room));
                room.Agent.Order("standby");
                Until(() => room.Running('a') == All && room.Heartbeat.Holds == "all", () => Everything("heartbeat", room));
                room.Agent.Order("online");
            }

            Until(() => room.Heartbeat.Log[asked..].Contains("No pkts missing", StringComparison.Ordinal), () => "heartbeat asked and got");
            Until(() => room.Agent.Journal.Contains("were sent again", StringComparison.Ordinal), () => "the agent asked and got");
        }
        finally
        {
            room.Lose(every: 0);
        }

        RequireOnce(room);
    }

    private static void AgentLeaves(MixedRoom room)
    {
        room.Heartbeat.Order("hb_standby", "all");
        Until(() => room.Running('b') == All && room.Heartbeat.Holds == "none", () => Everything("this node", room));
        room.Agent.Stop();
        Require(room.Running('b').Length == 0, "the agent ended and its groups run on");
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Until(() => room.Running('a') == All, () => $"heartbeat takes over; {Where(room)}");
        if (watch.Elapsed >= TimeSpan.FromSeconds(2))
            throw new TooSlowException($"heartbeat took over after {watch.Elapsed.TotalSeconds:0.0} s");
        RequireOnce(room);
    }

    private static void HeartbeatLeaves(MixedRoom room)
    {
        room.Heartbeat.Stop();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Until(() => room.Running('b') == All, () => $"the agent takes over; {Where(room)}");
        if (watch.Elapsed >= TimeSpan.FromSeconds(2))
            throw new TooSlowException($"the agent took over after {watch.Elapsed.TotalSeconds:0.0} s");
        Require(room.Agent.Peer == "Left", $"the agent says that it {room.Agent.Peer}");
        RequireOnce(room);
    }

    private static void HeartbeatDies(MixedRoom room)
    {
        room.Heartbeat.Kill();
        Until(() => room.Running('b') == All, () => $"the agent takes over; {Where(room)}");
        room.Heartbeat.Start();
        Until(() => room.Heartbeat is { Holds: "none", Peer: "active" } && room.Agent.Peer == "Up", () => $"it is back; {Where(room)}");
        Thread.Sleep(2000);
        RequireRunning(room, "", All);
        RequireOnce(room);
    }

    private static void AgentDies(MixedRoom room)
    {
        room.Heartbeat.Order("hb_standby", "all");
        Until(() => room.Running('b') == All && room.Heartbeat.Holds == "none", () => Everything("this node", room));
        var before = room.Agent.Generation;
        room.Agent.Kill();
        room.Forget('b');
        Until(() => room.Running('a') == All, () => $"heartbeat takes over; {Where(room)}");
        room.Agent.Start();
        Until(() => room.Heartbeat.Peer == "active" && room.Agent.Peer == "Up", () => "the agent is back");
        Thread.Sleep(2000);
        RequireRunning(room, All, "");
        Require(room.Agent.Generation > before, $"generation {before} was followed by {room.Agent.Generation}");
        RequireOnce(room);
    }

    /// <summary>With one link and no reference both serve while it is cut. A real one that hears a node return restarts itself.</summary>
    private static void HealedPartition(MixedRoom room)
    {
        var before = room.Agent.Generation;
        room.SetWire(up: false);
        Until(() => Where(room) == $"a: {All}; b: {All}", () => $"each takes the other for dead; {Where(room)}");
        room.SetWire(up: true);
        Until(() => room.Running('a').Length == 0, () => $"heartbeat restarts itself; {Where(room)}");
        room.ForgetDoubles();
        if (!Waiting.Until(2 * Soon, TimeSpan.FromMilliseconds(100),
            () => room.Heartbeat is { Holds: "none", Peer: "active" } && room.Agent.Peer == "Up"))
            throw new LabException($"heartbeat does not come back: it holds {room.Heartbeat.Holds}, says {room.Heartbeat.Peer}");
        Thread.Sleep(2000);
        RequireRunning(room, "", All);
        Require(room.Agent.Generation == before, "the agent was restarted, too");
        RequireOnce(room);
    }

    private static void AgentPauses(MixedRoom room)
    {
        room.Heartbeat.Order("hb_standby", "all");
        Until(() => room.Running('b') == All && room.Heartbeat.Holds == "none", () => Everything("this node", room));
        var (before, told) = (room.Agent.Generation, room.Heartbeat.Log.Length);
        room.Agent.Pause(true);
        Until(() => room.Running('a') == All, () => $"heartbeat takes over; {Where(room)}");
        room.Agent.Pause(false);
        Until(() => room.Running('b').Length == 0, () => $"the agent lets go; {Where(room)}");
        Until(() => room.Heartbeat.Peer == "active" && room.Agent.Peer == "Up", () => "the agent is back");
        RequireRunning(room, All, "");
        Require(room.Agent.Generation > before, $"generation {before} was followed by {room.Agent.Generation}");
        Require(!room.Heartbeat.Log[told..].Contains("returning after partition", StringComparison.OrdinalIgnoreCase),
            "heartbeat took it for a healed partition and restarted itself");
    }

    private static void AgentRestarts(MixedRoom room)
    {
        room.Heartbeat.Order("hb_standby", "all");
        Until(() => room.Running('b') == All && room.Heartbeat.Holds == "none", () => Everything("this node", room));
        RequireObeyed(room.Agent.Order("maintenance", "on", "--for", "1m"));
        room.Agent.Stop();
        // Longer than deadtime: the last word asked for more.
        Thread.Sleep(3000);
        RequireRunning(room, "", All);
        room.Agent.Start();
        Until(() => room.Agent.Peer == "Up" && room.Heartbeat.Peer == "active", () => "the agent is back");
        RequireObeyed(room.Agent.Order("maintenance", "off"));
        Thread.Sleep(2000);
        RequireRunning(room, "", All);
        RequireOnce(room);
    }

    private static void WrongKey(MixedRoom room)
    {
        room.Agent.Stop();
        room.Agent.SetKey("another");
        room.Agent.Configure(initdead: "1m");
        try
        {
            room.Agent.Start();
            Until(() => room.Agent.Refused("ucast", "bad-mac") > 5, () => "the agent refuses what is signed with another key");
            Require(room.Agent.Peer == "Unknown", $"the agent says that the other node is {room.Agent.Peer}");
            Until(() => room.Heartbeat.Peer == "dead", () => $"heartbeat believes our node to be {room.Heartbeat.Peer}");
            RequireRunning(room, All, "");
        }
        finally
        {
            room.Agent.Stop();
            room.Agent.SetKey("laboratory-only");
            room.Agent.Configure(initdead: "3s");
        }
    }

    /// <summary>docs/MIGRATION.md from its third step on.</summary>
    private static void Migration(MixedRoom room)
    {
        room.Heartbeat.Order("hb_standby", "all");
        Until(() => room.Running('b') == All && room.Heartbeat.Holds == "none", () => Everything("this node", room));
        room.Heartbeat.Stop();
        room.OtherAgent.Start();
        Until(() => room is { OtherAgent.Peer: "Up", Agent.Peer: "Up" }, () => "two agents hear each other in Heartbeat's protocol");
        RequireObeyed(room.OtherAgent.Order("switchover", "dummya"));
        Until(() => Where(room) == "a: dummya; b: dummyb", () => $"a group moved to the replaced node; {Where(room)}");
        var born = MixedRoom.Groups.Select((group, node) => File.GetCreationTimeUtc(room.RunFile("ab"[node], group))).ToArray();
        AgentBox[] agents = [room.OtherAgent, room.Agent];
        foreach (var agent in agents) RequireObeyed(agent.Order("maintenance", "on", "--for", "1m"));
        foreach (var agent in agents) agent.Configure(initdead: "3s", compat: false);
        foreach (var agent in agents) RequireObeyed(agent.Order("config", "reload"));
        Until(() => agents.All(agent => !agent.SpeaksHeartbeat && agent.Peer == "Up"), () => "both speak our own protocol");
        foreach (var agent in agents) RequireObeyed(agent.Order("maintenance", "off"));
        Until(() => agents.All(agent => agent.Oneline.StartsWith("APPLIANCE OK", StringComparison.Ordinal)), () => room.Agent.Oneline);
        Require(Where(room) == "a: dummya; b: dummyb", $"something moved: {Where(room)}");
        for (var node = 0; node < 2; node++)
            Require(File.GetCreationTimeUtc(room.RunFile("ab"[node], MixedRoom.Groups[node])) == born[node], "a group was started again");
        RequireObeyed(room.Agent.Order("switchover", "dummya"));
        Until(() => room.Running('b') == All, () => $"our own switchover; {Where(room)}");
        RequireOnce(room);
        foreach (var agent in agents) agent.Kill();
        room.Forget('a');
        room.Agent.Configure(initdead: "3s");
    }

    private static string Where(MixedRoom room) => $"a: {room.Running('a')}; b: {room.Running('b')}";

    private static string Everything(string who, MixedRoom room) =>
        $"{who} has everything; heartbeat holds {room.Heartbeat.Holds}; {Where(room)}";

    private static void RequireOnce(MixedRoom room) => Require(room.Doubles == 0, $"a group ran on both nodes ({room.Doubles} looks)");

    private static void RequireObeyed(CommandResult result) => Require(result.ExitCode == 0, $"refused: {result.Output}{result.Error}");

    private static void RequireRunning(MixedRoom room, string there, string here) =>
        Require(room.Running('a') == there && room.Running('b') == here, $"expected a: {there}; b: {here}; found {Where(room)}");

    private static void Require(bool holds, string otherwise)
    {
        if (!holds) throw new LabException(otherwise);
    }

    private static void Until(Func<bool> holds, Func<string> what)
    {
        if (!Waiting.Until(Soon, TimeSpan.FromMilliseconds(50), holds))
            throw new LabException($"not within {Soon.TotalSeconds} s: {what()}");
    }
}
