using System.Text.Json;
using Appliance.Lab.Host;
using Appliance.Lab.Probing;
using Appliance.Lab.Setup;

namespace Appliance.Lab.Scenarios;

/// <summary>All scenarios in the order they run.</summary>
public static class ScenarioCatalog
{
    private const string Asterisk = "asterisk.service";
    private const string MariaDb = "mariadb.service";

    /// <summary>The list. Every scenario starts from a healthy pair and may leave it broken; the runner repairs.</summary>
    public static readonly IReadOnlyList<Scenario> All =
    [
        new("sip_answers_come_from_the_service_address_on_both_nodes", false, SipFromServiceAddress),
        new("power_cut_of_the_serving_node_moves_everything", false, context => context.Play("power")),
        new("power_cut_of_the_other_node_is_not_noticed", false,
            context => ScenarioContext.RequireOnlyWritesWaited(context.Play("power", context.Serving.Peer))),
        new("planned_switchover_moves_everything", false, context => context.Play("switchover")),
        new("killed_agent_moves_and_restarts_nothing", true, KilledAgent),
        new("hung_agent_is_started_again_by_systemd_and_restarts_nothing", true, HungAgent),
        new("killed_asterisk_is_restarted_locally", true, context => context.Play("kill-asterisk")),
        new("hung_asterisk_is_noticed_and_recovered", true, context => context.Play("hang-asterisk")),
        new("killed_mariadb_is_restarted_locally", true, context => context.Play("kill-mariadb")),
        new("cut_lan_moves_everything_and_healing_disturbs_nobody", true, context => MoveThenHeal(context, "cut-lan")),
        new("node_cut_off_from_everything_releases", true, context => MoveThenHeal(context, "isolate")),
        new("cut_cable_moves_nothing_and_is_reported", true, CutCable),
        new("cut_serial_moves_nothing", true, context => ScenarioContext.RequireUnnoticed(context.Play("cut-serial"))),
        new("thirty_percent_loss_moves_nothing", true, Loss),
        new("paused_node_loses_its_role_and_releases_on_resume", true, PauseAndResume),
        new("after_a_cut_between_the_nodes_one_serves_on", true, CutBetween),
        new("standby_moves_and_online_rejoins", true, StandbyOnline),
        new("both_nodes_start_from_cold", false, ColdStart),
        new("asterisk_that_dies_loses_the_telephone_lines_within_300_ms", true, LineScenarios.AsteriskDies),
        new("killed_agent_that_stays_dead_loses_the_lines_after_deadtime", true, LineScenarios.AgentDies),
        new("hung_agent_loses_the_lines_after_deadtime", true, LineScenarios.AgentHangs),
        new("bridge_is_steered_within_50_ms", true, LineScenarios.BridgeIsSteered),
        new("relay_that_hangs_delays_no_heartbeat", true, LineScenarios.RelayHangs),
        new("incident_of_a_switchover_is_kept_by_both_nodes", true, IncidentScenarios.Switchover),
        new("incident_of_a_killed_agent_says_that_nobody_noticed", true, IncidentScenarios.KilledAgent),
        new("incident_of_a_failed_service_names_it_and_how_long_it_was_silent", true, IncidentScenarios.FailedService),
        new("incident_of_a_power_cut_completes_itself_when_the_node_is_back", true, IncidentScenarios.PowerCut),
        new("drill_makes_its_fault_reports_and_refuses_a_second_one", true, DrillScenarios.Rehearse),
        new("drill_that_is_ended_or_killed_leaves_no_fault", true, DrillScenarios.EndBefore),
        Replica("power_cut_of_both_nodes_loses_nothing", context => context.Play("both-power")),
        Replica("failed_disk_of_the_serving_node_loses_nothing", context => context.Play("disk-eio")),
        Replica("failed_disk_of_the_other_node_is_not_noticed",
            context => ScenarioContext.RequireUnnoticed(context.Play("disk-eio", context.Serving.Peer))),
        Replica("killed_replica_loses_nothing", context => context.Play("kill-replica")),
        Replica("cut_between_the_nodes_loses_nothing", context => context.Play("cut-all")),
        Replica("busy_database_survives_kills_cuts_and_pauses", BusyDatabase),
    ];

    private static Scenario Replica(string name, Action<ScenarioContext> prove) => new(name, true, prove) { NeedsReplica = true };

    private static void SipFromServiceAddress(ScenarioContext context)
    {
        // The probe's socket is connected to the service address; an answer from anywhere else never reaches it.
        context.Play("switchover");
        context.Stack.Rejoin(context.Lab, context.Serving.Peer);
        context.WaitUntilHealthy();
        RequireEveryLayer(context);
        context.Play("switchover");
        context.Stack.Rejoin(context.Lab, context.Serving.Peer);
        RequireEveryLayer(context);
    }

    /// <summary>The manager, too: its account was made before Asterisk was started, from a secret that each node has of its own.</summary>
    private static void RequireEveryLayer(ScenarioContext context)
    {
        var found = "";
        var answer = Waiting.Until(TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(200), () =>
        {
            using var status = JsonDocument.Parse(context.Lab.Machine(context.Serving).Run("appliance", "status", "--json"));
            var layers = status.RootElement.GetProperty("groups").EnumerateArray()
                .SelectMany(group => group.GetProperty("resources").EnumerateArray()).SelectMany(Layers).ToArray();
            found = string.Join("; ", layers.Select(layer => layer.GetRawText()));
            return layers.Length == 3 && layers.All(layer => layer.GetProperty("state").GetString() == "Answers");
        });
        ScenarioContext.Require(answer, $"three layers of Asterisk should answer on {context.Serving.Name}; found {found}");

        static IEnumerable<JsonElement> Layers(JsonElement resource) =>
            resource.TryGetProperty("probe", out var probe) && probe.TryGetProperty("layers", out var told) ? told.EnumerateArray() : [];
    }

    private static void KilledAgent(ScenarioContext context)
    {
        var node = context.Serving;
        var before = (context.MainProcess(node, Asterisk), context.MainProcess(node, MariaDb));
        ScenarioContext.RequireUnnoticed(context.Play("kill-agent"));
        var after = (context.MainProcess(node, Asterisk), context.MainProcess(node, MariaDb));
        ScenarioContext.Require(before == after, $"services were restarted: processes {before} became {after}");
        context.WaitUntilHealthy();
        context.RequireServing(node);
    }

    private static void HungAgent(ScenarioContext context)
    {
        var node = context.Serving;
        var (asterisk, mariaDb) = (context.MainProcess(node, Asterisk), context.MainProcess(node, MariaDb));
        var hung = context.MainProcess(node, context.Stack.AgentUnit);
        context.Lab.Machine(node).Run("systemctl", "kill", "--signal=STOP", "--kill-whom=main", context.Stack.AgentUnit);
        ScenarioContext.Require(
            Waiting.Until(TimeSpan.FromSeconds(30),
                () => context.MainProcess(node, context.Stack.AgentUnit) is not "0" and var now && now != hung),
            $"systemd did not start the agent of {node.Name} again: WatchdogSec= is 10 s");
        context.WaitUntilHealthy();
        context.RequireServing(node);
        ScenarioContext.Require((asterisk, mariaDb) == (context.MainProcess(node, Asterisk), context.MainProcess(node, MariaDb)),
            "services were restarted");
    }

    private static void MoveThenHeal(ScenarioContext context, string fault)
    {
        var winner = context.Serving.Peer;
        context.Play(fault);
        context.RequireServing(winner);
        var before = (context.MainProcess(winner, Asterisk), context.MainProcess(winner, MariaDb));
        context.Heal();
        context.WaitUntilHealthy();
        context.RequireServing(winner);
        ScenarioContext.Require(before == (context.MainProcess(winner, Asterisk), context.MainProcess(winner, MariaDb)),
            "healing restarted the winner's services");
    }

    private static void CutCable(ScenarioContext context)
    {
        ScenarioContext.RequireOnlyWritesWaited(context.Play("cut-cable"));
        foreach (var node in context.Lab.Nodes)
        {
            var status = node.Try("appliance", "status", "--oneline");
            ScenarioContext.Require(status.ExitCode == 1,
                $"{node.Plan.Name} reports {status.ExitCode} (\"{status.Output.Trim()}\") instead of a warning (1) while the cable is cut");
        }
    }

    private static void Loss(ScenarioContext context)
    {
        var node = context.Serving;
        // The client's own packets are lost as well, so only the movement counts.
        Faults.FaultCatalog.Parse("loss", 30).Apply(context.Lab, context.Stack, node);
        Thread.Sleep(TimeSpan.FromSeconds(10));
        context.Heal();
        context.RequireServing(node);
    }

    private static void PauseAndResume(ScenarioContext context)
    {
        var (paused, winner) = (context.Serving, context.Serving.Peer);
        context.Play("pause");
        context.Lab.Machine(paused).Resume();
        context.RequireServing(winner);
        context.WaitUntilHealthy();
        context.RequireServing(winner);
    }

    private static void CutBetween(ScenarioContext context)
    {
        // Three cuts at once that still let both see the router: the double fault a third vote is for.
        var served = context.Serving;
        Faults.FaultCatalog.Parse("cut-all", 0).Apply(context.Lab, context.Stack, served);
        Thread.Sleep(TimeSpan.FromSeconds(5));
        context.RequireServing(served);
        context.Heal();
        ScenarioContext.Require(Waiting.Until(TimeSpan.FromSeconds(10), () => context.Lab.Serving().Count == 1),
            "the nodes met again and not exactly one serves");
        var winner = context.Serving;
        context.WaitUntilHealthy();
        context.RequireServing(winner);
    }

    private static void StandbyOnline(ScenarioContext context)
    {
        var (node, peer) = (context.Serving, context.Serving.Peer);
        context.Lab.Machine(node).Run("appliance", "standby");
        context.RequireServing(peer);
        context.Lab.Machine(node).Run("appliance", "online");
        context.WaitUntilHealthy();
        context.RequireServing(peer);
    }

    // Faults of every kind one after the other, and never a quiet moment: the clients go on committing through all of them.
    private static void BusyDatabase(ScenarioContext context)
    {
        using var load = new DatabaseLoad(context.Lab, context.Lab.Machine(context.Serving));
        foreach (var name in new[] { "power", "cut-cable", "kill-mariadb", "pause", "kill-replica", "cut-all", "both-power", "isolate" })
        {
            var (before, node) = (load.Acknowledged, context.Serving);
            Faults.FaultCatalog.Parse(name, 0).Apply(context.Lab, context.Stack, node);
            Thread.Sleep(TimeSpan.FromSeconds(5));
            context.Restore();
            ScenarioContext.Require(Waiting.Until(TimeSpan.FromSeconds(10), () => load.Acknowledged > before),
                $"after {name} the clients commit nothing any more");
        }
        load.Stop();
        RequireNothingWrong(context, load);
        // And the other copy, when it has to show what it has.
        context.Play("switchover");
        RequireNothingWrong(context, load);
    }

    private static void RequireNothingWrong(ScenarioContext context, DatabaseLoad load)
    {
        var wrong = load.WhatIsWrongOn(context.Lab.Machine(context.Serving));
        ScenarioContext.Require(wrong is null, $"{context.Serving.Name}: {wrong}");
    }

    private static void ColdStart(ScenarioContext context)
    {
        NodeMachine.PowerCutAtOnce([.. context.Lab.Nodes.Where(node => node.IsOn)]);
        foreach (var node in context.Lab.Nodes) node.PowerOn();
        context.WaitUntilHealthy();
    }
}
