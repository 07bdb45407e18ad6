using Appliance.Agent.Status;
using Appliance.Core.Update;
using Appliance.Drivers.Script;
using Appliance.Drivers.Slots;

namespace Appliance.Agent.Update.Pair;

/// <summary>This node.</summary>
/// <param name="status">What its agent says; null: it does not answer.</param>
internal sealed class LocalNode(UpdatePlaces places, Func<StatusView?> status, Action<string> tell) : IPairNode
{
    private static readonly TimeSpan RebootPatience = TimeSpan.FromSeconds(30);

    private SlotDesk Desk => new(new LinuxSlots(places.Slots, tell), tell);

    public PairNode Look(out string problem)
    {
        var nobody = new PairNode(false, "", SlotPhase.Settled, "", true);
        if (Desk.Look(out problem) is not { } view) return nobody;
        problem = view.Damage;
        if (view.Damage.Length > 0) return nobody;
        var other = view.Site.Of(view.Site.Running.Other());
        var waiting = other.IsComplete ? other.Release?.Version.Text ?? "" : "";
        // An agent that does not answer may serve for all we know.
        var serves = status() is not { } known || PairGap.Serves(known, here: true);
        return new PairNode(true, view.Site.Release.Version.Text, view.Standing.Phase, waiting, serves);
    }

    public string? Write(string path) => new UpdateWriting(places, Desk, tell, tell).Write(path, allowOlder: false);

    public string? Reboot()
    {
        if (status() is not { } view) return "the agent here does not answer, so it is not known what this node serves: no reboot";
        if (PairGap.Serves(view, here: true)) return $"{view.Node.Name} serves: no reboot";
        using var bound = new CancellationTokenSource(RebootPatience);
        var end = ProcessRunner.Run(["/usr/bin/systemctl", "reboot", "--no-block"], null, bound.Token);
        return end.ExitCode == 0 ? null : $"this machine does not reboot: {end.Words}";
    }
}
