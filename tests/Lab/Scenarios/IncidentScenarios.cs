using System.Text.Json;
using Appliance.Lab.Host;
using Appliance.Lab.Setup;
using Appliance.Lab.Story;

namespace Appliance.Lab.Scenarios;

/// <summary>
/// Claims about the records of incidents: both nodes have one, with the same cause and course, and it agrees with what the client measured
/// and with the host's clock, which both nodes share without knowing it.
/// </summary>
internal static class IncidentScenarios
{
    // The client asks every 50 ms; a record ends when all of the group is started, the client is content earlier.
    private const int ProbeMs = 150;
    private const int SlackMs = 1500;

    private static readonly TimeSpan WholeLimit = TimeSpan.FromSeconds(60);

    public static void Switchover(ScenarioContext context)
    {
        var (from, to) = (context.Serving, context.Serving.Peer);
        var report = Play(context, "switchover");
        foreach (var (node, record) in Records(context, report))
        {
            Require(node, record, Text(record, "cause").StartsWith("switchover of pbx ordered on ", StringComparison.Ordinal)
                && Text(record, "cause").EndsWith(" by root", StringComparison.Ordinal)
                && record.GetProperty("planned").GetBoolean(), "cause");
            RequireMoved(node, record, from.Name, to.Name);
            RequireMeasured(node, record, report);
            RequirePhases(node, record, "noticed", "decided", "released", "disk primary", "address moved", "services started", "serving");
            RequireOneClock(context, node, record, report);
        }
    }

    public static void KilledAgent(ScenarioContext context)
    {
        var served = context.Serving;
        var report = Play(context, "kill-agent");
        foreach (var (node, record) in Records(context, report))
        {
            var cause = $"the agent of {served.Name} ended and was started again; what it ran was kept";
            Require(node, record, Text(record, "cause") == cause, "cause");
            RequireMoved(node, record, served.Name, served.Name);
            Require(node, record, Text(Group(record), "noticed") == "nothing", "what users noticed");
            RequireOneClock(context, node, record, report);
        }
    }

    public static void FailedService(ScenarioContext context)
    {
        var served = context.Serving;
        var report = Play(context, "kill-asterisk");
        foreach (var (node, record) in Records(context, report))
        {
            Require(node, record, Text(record, "cause").StartsWith(
                $"resource asterisk of pbx failed on {served.Name}: asterisk.service is ", StringComparison.Ordinal), "cause");
            RequireMoved(node, record, served.Name, served.Name);
            RequireMeasured(node, record, report);
            RequirePhases(node, record, "noticed", "decided", "services started", "serving");
            RequireOneClock(context, node, record, report);
        }
    }

    public static void PowerCut(ScenarioContext context)
    {
        var (from, to) = (context.Serving, context.Serving.Peer);
        var report = Play(context, "power");
        // The survivor tells what it knows before the other one is back.
        var early = Waited(context.Lab.Machine(to), report, whole: false);
        Require(to, early, Text(early, "cause").StartsWith(
            $"{from.Name} fell silent on all links; why is unknown", StringComparison.Ordinal), "early cause");
        Require(to, early, Text(early, "peer_half").StartsWith("missing so far", StringComparison.Ordinal), "missing half");
        RequireMeasured(to, early, report);
        context.Restore();
        foreach (var (node, record) in Records(context, report))
        {
            // The nodes of the lab share the host's boot, so what starts again is the agent.
            Require(node, record, Text(record, "cause").StartsWith(
                $"{from.Name} fell silent on all links: its ", StringComparison.Ordinal), "cause");
            RequireMoved(node, record, from.Name, to.Name);
            RequirePhases(
                node, record, "last sign of life", "noticed", "decided", "disk primary", "address moved", "services started", "serving");
            RequireOneClock(context, node, record, report);
        }
    }

    /// <summary>What went before is closed first: a fault that follows at once would be part of it.</summary>
    private static FaultReport Play(ScenarioContext context, string fault)
    {
        context.WaitUntilHealthy();
        ScenarioContext.Require(Waiting.Until(WholeLimit, TimeSpan.FromMilliseconds(500), () => context.Lab.Nodes.All(IsQuiet)),
            "an incident before this one does not end");
        return context.Play(fault);
    }

    private static bool IsQuiet(NodeMachine machine)
    {
        var answer = machine.Try(TimeSpan.FromSeconds(10), "appliance", "incidents", "--json");
        if (answer.ExitCode != 0) return false;
        using var json = JsonDocument.Parse(answer.Output);
        return json.RootElement.EnumerateArray().All(record => Text(record, "stage") != "Open");
    }

    private static IEnumerable<(NodePlan Node, JsonElement Record)> Records(ScenarioContext context, FaultReport report)
    {
        foreach (var machine in context.Lab.Nodes) yield return (machine.Plan, Waited(machine, report, whole: true));
    }

    private static JsonElement Waited(NodeMachine machine, FaultReport report, bool whole)
    {
        JsonElement? found = null;
        var last = "";
        var there = Waiting.Until(WholeLimit, TimeSpan.FromMilliseconds(300), () =>
        {
            var answer = machine.Try(TimeSpan.FromSeconds(10), "appliance", "incidents", "last", "--json");
            last = answer.Output + answer.Error;
            if (answer.ExitCode != 0) return false;
            using var json = JsonDocument.Parse(answer.Output);
            var record = json.RootElement;
            if (record.GetProperty("zero_unix_ms").GetDouble() < report.AtUnixMs - 5000) return false;
            if (whole && (Text(record, "stage") != "Closed" || !record.GetProperty("peer_complete").GetBoolean())) return false;
            var groups = record.GetProperty("groups").EnumerateArray();
            if (!whole && !groups.Any(group => group.TryGetProperty("silence_to_ms", out _))) return false;
            found = record.Clone();
            return true;
        });
        ScenarioContext.Require(there, $"{machine.Plan.Name} has no {(whole ? "whole " : "")}record of it: {last}");
        return found!.Value;
    }

    private static JsonElement Group(JsonElement record) => record.GetProperty("groups").EnumerateArray().Single();

    private static string Text(JsonElement record, string name) =>
        record.TryGetProperty(name, out var field) ? field.GetString() ?? "" : "";

    private static void RequireMoved(NodePlan node, JsonElement record, string from, string to) =>
        Require(node, record, Text(Group(record), "from") == from && Text(Group(record), "to") == to, "from and to");

    /// <summary>No service was silent for longer than the record says, and the record does not say much more than that.</summary>
    private static void RequireMeasured(NodePlan node, JsonElement record, FaultReport report)
    {
        var group = Group(record);
        var (silence, error) = (group.GetProperty("silence_ms").GetInt32(), group.GetProperty("silence_error_ms").GetInt32());
        var measured = new[] { report.OutageMs.Address, report.OutageMs.MySql, report.OutageMs.Sip, report.OutageMs.Pri }.Max() ?? 0;
        var isSip = report.Fault == "kill-asterisk";
        var least = isSip ? report.OutageMs.Sip ?? 0 : Math.Max(report.OutageMs.Sip ?? 0, report.OutageMs.Address ?? 0);
        Require(
            node, record, silence + error + ProbeMs + 200 >= least, $"silence of {silence} ms +-{error}; the client measured {least} ms");
        Require(node, record, silence <= measured + error + SlackMs, $"silence of {silence} ms; the client measured {measured} ms at most");
    }

    private static void RequirePhases(NodePlan node, JsonElement record, params string[] names)
    {
        var found = record.GetProperty("phases").EnumerateArray().Select(phase => Text(phase, "name")).ToList();
        Require(node, record, names.All(found.Contains), $"phases: {string.Join(", ", found)}");
        var phases = record.GetProperty("phases").EnumerateArray().ToList();
        for (var number = 1; number < phases.Count; number++)
        {
            var (before, phase) = (phases[number - 1], phases[number]);
            Require(node, record, phase.GetProperty("at_ms").GetInt64() - before.GetProperty("at_ms").GetInt64()
                == phase.GetProperty("duration_ms").GetInt64(), $"phase {Text(phase, "name")} is not as long as its ends are apart");
        }
    }

    /// <summary>Each event of both nodes lies where the host's clock has it, within the error that the record tells.</summary>
    private static void RequireOneClock(ScenarioContext context, NodePlan node, JsonElement record, FaultReport report)
    {
        var zero = record.GetProperty("zero_unix_ms").GetDouble();
        var compared = 0;
        foreach (var machine in context.Lab.Nodes)
        {
            var told = context.Stack.Events(machine, report.AtUnixMs - 15_000).ToDictionary(line => line.Serial, line => line.UnixMs);
            foreach (var entry in record.GetProperty("events").EnumerateArray().Where(entry => Text(entry, "node") == machine.Plan.Name))
            {
                if (!told.TryGetValue(entry.GetProperty("serial").GetInt64(), out var unixMs)) continue;
                if (!entry.TryGetProperty("error_ms", out var error)) continue;
                var off = Math.Abs(zero + entry.GetProperty("at_ms").GetInt64() - unixMs);
                // Milliseconds are cut three times: both stamps and zero.
                Require(
                    node, record, off <= error.GetInt64() + 3,
                    $"{Text(entry, "text")} is off by {off:0} ms, +-{error.GetInt64()} ms was told");
                if (machine.Plan != node) compared++;
            }
        }

        // A node that only heard of it has nothing to tell.
        Require(node, record, compared > 0 || report.Fault == "kill-asterisk", "no event of the other node could be compared");
        var known = record.TryGetProperty("clock_error_ms", out var clock) ? clock.GetInt64() : long.MaxValue;
        Require(node, record, known <= 100, $"the clocks are known to {known} ms only");
    }

    private static void Require(NodePlan node, JsonElement record, bool holds, string what) =>
        ScenarioContext.Require(holds, $"the record of {node.Name} is wrong: {what}\n{record.GetRawText()}");
}
