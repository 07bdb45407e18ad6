using System.Collections.Immutable;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration.Relations;

/// <summary>Watchdog and fence devices against the rest.</summary>
internal static class FenceRelations
{
    /// <summary>What the last heartbeat, a feed under way and the hardware's own reset may add to a watchdog's timeout.</summary>
    private static readonly TimeSpan BiteMargin = TimeSpan.FromSeconds(2);

    public static void Check(Section root, Findings findings)
    {
        if (root.Has("watchdog", out Section watchdog)) Watchdog(root, watchdog, findings);
        foreach (var fence in root.Sections("fence")) Fence(root, fence, findings);
        Both(root, findings);
    }

    private static void Watchdog(Section root, Section watchdog, Findings findings)
    {
        if (!watchdog.Has("timeout", out TimeSpan timeout)) return;
        if (root.Has("heartbeat", out Section heartbeat) && heartbeat.Has("deadtime", out TimeSpan deadtime) && timeout <= deadtime)
            Tell(watchdog, "timeout", findings,
                $"{Words.Of(timeout)} must be more than deadtime = {Words.Of(deadtime)}; a node would be reset before it is dead");
        if (root.Has("cluster", out Section cluster) && cluster.Has("stop-failure-bound", out TimeSpan bound)
            && timeout + BiteMargin > bound)
            Tell(watchdog, "timeout", findings,
                $"{Words.Of(timeout)} must be at least {Words.Of(BiteMargin)} less than stop-failure-bound = {Words.Of(bound)}: the "
                    + "peer of a node that cannot reset itself waits that long, and the watchdog must have bitten by then");
        if (watchdog.Has("disk-deadline", out TimeSpan deadline) && deadline > TimeSpan.Zero && deadline < TimeSpan.FromSeconds(1))
            Tell(watchdog, "disk-deadline", findings, $"{Words.Of(deadline)} is less than a busy disk needs; expected 0ms or at least 1s");
        if (watchdog.Word == "gpio")
        {
            if (watchdog.Has("toggle", out TimeSpan toggle) && toggle > timeout / 2)
                Tell(watchdog, "toggle", findings, $"{Words.Of(toggle)} must be at most half of timeout = {Words.Of(timeout)}");
            return;
        }

        WholeSeconds(watchdog, "timeout", timeout, findings);
        if (!watchdog.Has("pretimeout", out TimeSpan pretimeout)) return;
        WholeSeconds(watchdog, "pretimeout", pretimeout, findings);
        if (pretimeout >= timeout)
            Tell(watchdog, "pretimeout", findings,
                $"{Words.Of(pretimeout)} must be less than timeout = {Words.Of(timeout)}; it is counted back from there");
    }

    private static void WholeSeconds(Section section, string key, TimeSpan value, Findings findings)
    {
        if (value.Ticks % TimeSpan.TicksPerSecond == 0) return;
        Tell(section, key, findings, $"{Words.Of(value)}: the kernel's watchdogs count whole seconds");
    }

    private static void Fence(Section root, Section fence, Findings findings)
    {
        if (fence.Word == "relay" && fence.Has("device", out string device))
        {
            var found = root.Sections("device").FirstOrDefault(candidate => candidate.Name == device);
            if (found is null) Tell(fence, "device", findings, $"there is no [device.{device}]");
            else if (found.Word == "fonebridge") Tell(fence, "device", findings, $"[device.{device}] is a bridge, not a relay");
        }

        if (fence.Word != "exec" || !fence.Has("on", out ImmutableArray<string> on) || !on.IsEmpty) return;
        if (fence.IsWritten("hold") && fence.Has("hold", out TimeSpan hold) && hold > TimeSpan.Zero)
            Tell(fence, "hold", findings, $"{Words.Of(hold)} needs the command `on`; without it expected 0ms");
    }

    /// <summary>A device for one node only makes the other one the weaker: legal, and worth a word.</summary>
    private static void Both(Section root, Findings findings)
    {
        var fences = root.Sections("fence");
        var named = fences.Where(fence => fence.Has("node", out string _)).Select(fence => fence.Get<string>("node")).Distinct().ToArray();
        var nodes = root.Sections("node").Where(node => node.Has("name", out string _)).Select(node => node.Get<string>("name")).ToArray();
        if (named.Length != 1 || !nodes.Contains(named[0])) return;
        findings.Warning(fences[0].At, fences[0].Path,
            $"only {Words.Quoted(named[0])} has a fence device; the other node is taken over from by evidence alone");
    }

    private static void Tell(Section section, string key, Findings findings, string message) =>
        findings.Error(section.Place(key), section.PathOf(key), message);
}
