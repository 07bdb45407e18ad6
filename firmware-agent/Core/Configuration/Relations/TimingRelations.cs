using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration.Relations;

/// <summary>Times against each other.</summary>
internal static class TimingRelations
{
    /// <summary>Keepalives that must fit into deadtime: one may be lost, one may be late.</summary>
    private const int KeepalivesInDeadtime = 3;

    public static void Check(Section root, Findings findings)
    {
        if (root.Has("heartbeat", out Section heartbeat)) Heartbeat(heartbeat, findings);
        foreach (var ping in root.Sections("ping")) Ping(ping, heartbeat, findings);
        foreach (var resource in root.Sections("group").SelectMany(group => group.Sections("resource"))) Resource(resource, findings);
    }

    private static void Heartbeat(Section heartbeat, Findings findings)
    {
        Less(heartbeat, "keepalive", "warntime", findings);
        Less(heartbeat, "warntime", "deadtime", findings);
        if (heartbeat.Has("keepalive", out TimeSpan keepalive) && heartbeat.Has("deadtime", out TimeSpan deadtime)
            && deadtime < KeepalivesInDeadtime * keepalive)
            Tell(heartbeat, heartbeat.IsWritten("deadtime") ? "deadtime" : "keepalive", findings,
                $"deadtime = {Words.Of(deadtime)} is shorter than {KeepalivesInDeadtime} x keepalive = "
                    + $"{Words.Of(KeepalivesInDeadtime * keepalive)}; one lost heartbeat would be a death");
        if (heartbeat.Has("initdead", out TimeSpan initdead) && heartbeat.Has("deadtime", out deadtime) && initdead < deadtime)
            Tell(heartbeat, heartbeat.IsWritten("initdead") ? "initdead" : "deadtime", findings,
                $"initdead = {Words.Of(initdead)} is shorter than deadtime = {Words.Of(deadtime)}; expected at least that");
    }

    private static void Less(Section section, string shorter, string longer, Findings findings)
    {
        if (!section.Has(shorter, out TimeSpan left) || !section.Has(longer, out TimeSpan right) || left < right) return;
        var key = section.IsWritten(longer) ? longer : shorter;
        Tell(section, key, findings, $"{shorter} = {Words.Of(left)} must be less than {longer} = {Words.Of(right)}");
    }

    private static void Ping(Section ping, Section? heartbeat, Findings findings)
    {
        if (heartbeat is null || !heartbeat.Has("deadtime", out TimeSpan deadtime)) return;
        if (ping.Has("interval", out TimeSpan interval) && interval > deadtime / 2)
            Tell(ping, "interval", findings,
                $"{Words.Of(interval)} is more than half of deadtime = {Words.Of(deadtime)}; one lost answer would look like isolation");
        if (ping.Has("timeout", out TimeSpan timeout) && timeout > deadtime)
            Tell(ping, "timeout", findings,
                $"{Words.Of(timeout)} is more than deadtime = {Words.Of(deadtime)}; an answer that late proves nothing");
    }

    private static void Resource(Section resource, Findings findings)
    {
        if (resource.Has("probe", out Section probe)
            && probe.Has("interval", out TimeSpan interval) && probe.Has("timeout", out TimeSpan timeout) && timeout > interval)
            Tell(probe, probe.IsWritten("timeout") ? "timeout" : "interval", findings,
                $"timeout = {Words.Of(timeout)} must not be more than interval = {Words.Of(interval)}; questions would overlap");
        Alarms(resource, findings);
        if (resource.Has("restarts", out Section restarts)
            && restarts.Has("delay", out TimeSpan delay) && restarts.Has("delay-max", out TimeSpan most) && delay > most)
            Tell(restarts, restarts.IsWritten("delay") ? "delay" : "delay-max", findings,
                $"delay = {Words.Of(delay)} must not be more than delay-max = {Words.Of(most)}");
    }

    /// <summary>The wait for the lines must end before the start is given up, or nobody is told why.</summary>
    private static void Alarms(Section resource, Findings findings)
    {
        if (resource.Word == "dahdi" && resource.Has("alarm-timeout", out TimeSpan alarms)
            && resource.Has("start-timeout", out TimeSpan start) && alarms >= start)
            Tell(resource, resource.IsWritten("alarm-timeout") ? "alarm-timeout" : "start-timeout", findings,
                $"alarm-timeout = {Words.Of(alarms)} must be less than start-timeout = {Words.Of(start)}");
    }

    internal static void Tell(Section section, string key, Findings findings, string message) =>
        findings.Error(section.Place(key), section.PathOf(key), message);
}
