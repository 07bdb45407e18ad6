using Appliance.Lab.Host;
using Appliance.Lab.Setup;

namespace Appliance.Lab.Scenarios;

/// <summary>Rehearsals on a real pair: the command makes its faults on real services, and what it says is held against the pair.</summary>
internal static class DrillScenarios
{
    private const string Asterisk = "asterisk.service";
    private const string Table = "nft list table inet appliance_drill";

    /// <summary>One of each kind, and a refusal in between.</summary>
    public static void Rehearse(ScenarioContext context)
    {
        var (node, peer) = (context.Serving, context.Serving.Peer);
        var machine = context.Lab.Machine(node);
        var before = context.MainProcess(node, Asterisk);
        Passes(machine, "asterisk-hang", "was found out", "serves again, on this node");
        ScenarioContext.Require(context.MainProcess(node, Asterisk) != before, "Asterisk was not hung: its process is the old one");
        ScenarioContext.Require(!HasTimer(machine), "the drill left its timer");
        context.RequireServing(node);
        machine.Run("appliance", "resource", "cleanup", "pbx"); // The restart budget is for accidents.

        Passes(machine, "link cable", "link cable was found down", "nothing: no group and no service changed its state");
        ScenarioContext.Require(machine.Try("sh", "-c", Table).ExitCode != 0, "the drill left its rules");
        context.RequireServing(node);

        context.Lab.Machine(peer).Run("appliance", "standby");
        Refused(machine, "redundancy is not complete");
        context.Lab.Machine(peer).Run("appliance", "online");
        context.WaitUntilHealthy();

        Passes(machine, "switchover", $"{peer.Name} serves pbx");
        context.RequireServing(peer);
    }

    /// <summary>A fault ends with its drill, however that ends: by itself, asked to, or by SIGKILL.</summary>
    public static void EndBefore(ScenarioContext context)
    {
        var node = context.Serving;
        var machine = context.Lab.Machine(node);
        machine.Run("sh", "-c", $"appliance drill --fault 'link cable' & until {Table}; do :; done; kill -KILL $!");
        ScenarioContext.Require(CableIs(machine, "Down"), "the cable's heartbeats were not dropped");
        ScenarioContext.Require(CableIs(machine, "Up"), "the link did not come back by itself");
        context.RequireServing(node);
        context.WaitUntilHealthy();

        // Asked to end in the moment in which it stands still: before the agent can have found out.
        var before = context.MainProcess(node, Asterisk);
        var end = machine.Try("sh", "-c", "appliance drill --fault asterisk-hang & "
            + $"until grep -q '^State:.*stopped' /proc/{before}/status; do :; done; kill -TERM $!; wait $!");
        ScenarioContext.Require(end.ExitCode == 2 && end.Output.Contains("interrupted before it was over", StringComparison.Ordinal),
            $"the interrupted drill ended with {end.ExitCode}: {end.Output.Trim()}");
        ScenarioContext.Require(!StandsStill(machine, before), "Asterisk still stands still");
        ScenarioContext.Require(!HasTimer(machine), "the drill left its timer");

        // Killed, with an agent that must keep its hands off: only the timer is left to continue it.
        context.WaitUntilHealthy();
        machine.Run("sh", "-c", "appliance drill --fault asterisk-hang & "
            + $"until grep -q '^State:.*stopped' /proc/{before}/status; do :; done; kill -KILL $!; appliance maintenance on --for 1m");
        ScenarioContext.Require(HasTimer(machine), "nobody would end the fault");
        ScenarioContext.Require(
            Waiting.Until(TimeSpan.FromSeconds(30), () => !StandsStill(machine, before)),
            "Asterisk still stands still");
        ScenarioContext.Require(context.MainProcess(node, Asterisk) == before, "Asterisk was not continued, it was restarted");
        machine.Run("appliance", "maintenance", "off");
        context.WaitUntilHealthy();
        context.RequireServing(node);
    }

    private static void Passes(NodeMachine machine, string fault, params string[] told)
    {
        var end = machine.Try("appliance", "drill", "--fault", fault);
        ScenarioContext.Require(end.ExitCode == 0, $"{fault}: exit code {end.ExitCode}: {end.Output.Trim()}");
        foreach (var words in told)
            ScenarioContext.Require(
                end.Output.Contains(words, StringComparison.Ordinal), $"{fault}: \"{words}\" is not told: {end.Output.Trim()}");
        var kept = machine.Run("sh", "-c", $"cat /var/lib/appliance/drills/*-{fault.Split(' ')[0]}*.txt");
        ScenarioContext.Require(kept.Contains(": passed", StringComparison.Ordinal), $"{fault}: the report was not kept: {kept}");
        Console.WriteLine(end.Output[..end.Output.IndexOf("\nWhat this node told", StringComparison.Ordinal)]);
    }

    private static void Refused(NodeMachine machine, string why)
    {
        var end = machine.Try("appliance", "drill", "--fault", "asterisk-hang");
        ScenarioContext.Require(end.ExitCode == 1 && end.Error.Contains(why, StringComparison.Ordinal),
            $"the drill was not refused ({end.ExitCode}): {end.Error.Trim()}");
    }

    private static bool CableIs(NodeMachine machine, string state) => Waiting.Until(TimeSpan.FromSeconds(20),
        () => machine.Run("sh", "-c", "appliance status --json | grep -A4 '\"name\": \"cable\"'")
            .Contains($"\"{state}\"", StringComparison.Ordinal));

    private static bool HasTimer(NodeMachine machine) =>
        machine.Try("systemctl", "is-active", "appliance-drill-end.timer").ExitCode == 0;

    private static bool StandsStill(NodeMachine machine, string process) =>
        machine.Try("grep", "-q", "^State:.*stopped", $"/proc/{process}/status").ExitCode == 0;
}
