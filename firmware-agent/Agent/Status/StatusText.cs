using Appliance.Agent.Fences;
using Appliance.Agent.Watchdog;
using Appliance.Core.Cluster;
using Appliance.Core.Watchdog;

namespace Appliance.Agent.Status;

/// <summary>What <c>appliance status</c> shows: nodes, links and groups, one under the other.</summary>
public static class StatusText
{
    /// <summary>Narrowest terminal we lay out for, columns.</summary>
    public const int WidthMin = 40;

    /// <summary>The lines, without line ends, none wider than <paramref name="width"/> columns (colour codes not counted).</summary>
    public static IReadOnlyList<string> Of(StatusView view, Paint paint, int width = 80)
    {
        var page = new StatusPage(paint, Math.Max(width, WidthMin));
        Head(page, view);
        Nodes(page, view);
        Links(page, view);
        SpanText.Write(page, view);
        foreach (var group in view.Groups) GroupText.Write(page, view, group);
        return page.Lines;
    }

    private static void Head(StatusPage page, StatusView view)
    {
        page.Line($"Cluster {view.Cluster}, seen from {view.Node.Name} at {Words.Time(view.UnixMs)}", page.Paint.Strong);
        var health = view.Health;
        if (health.Level == HealthLevel.Ok) page.Line("OK: every group is served and the other node could take over", page.Paint.Good);
        foreach (var reason in health.Reasons)
            page.Wrapped($"{reason.Level.ToString().ToUpperInvariant()}: ", reason.Text, ColourOf(page.Paint, reason.Level));
    }

    private static Func<string, string> ColourOf(Paint paint, HealthLevel level) => level switch
    {
        HealthLevel.Ok => paint.Good,
        HealthLevel.Warning => paint.Notice,
        _ => paint.Bad,
    };

    private static void Nodes(StatusPage page, StatusView view)
    {
        page.Title("NODES");
        var wide = Math.Max(view.Node.Name.Length, view.Peer.Name.Length);
        Node(page, view.Node, wide, "this node");
        var heard = view.Peer.HeardMs is { } silence ? $"heard {Words.Span(silence)} ago" : "never heard";
        Node(page, view.Peer, wide, heard);
        if (view.Watchdog is { } watchdog) Guard(page, "  watchdog  ", Of(watchdog));
        if (view.Fence is { } fence) Guard(page, "  fence     ", Of(view.Peer.Name, fence));
    }

    /// <summary>Whether the other node can be switched off: a word, how bad it is, and by what.</summary>
    internal static (string Word, HealthLevel Level, string Note) Of(string peer, FenceView fence)
    {
        var (word, level) = fence.PeerIsOff ? ("off", HealthLevel.Warning) : fence.UnderWay ? ("shooting", HealthLevel.Warning)
            : fence.Failures > 0 ? ("failed", HealthLevel.Critical) : ("ready", HealthLevel.Ok);
        return (word, level, $"for {peer}: {(fence.Devices.Count > 0 ? string.Join(", ", fence.Devices) : "by hand")}");
    }

    /// <summary>Whether the watchdog is fed: a word, how bad it is, and which one.</summary>
    internal static (string Word, HealthLevel Level, string Note) Of(WatchdogView watchdog)
    {
        var (word, level) = watchdog.Standing switch
        {
            WatchdogStanding.Feeding => ("fed", HealthLevel.Ok),
            null => ("missing", HealthLevel.Warning),
            WatchdogStanding.Withheld => ("not fed", HealthLevel.Critical),
            _ => ("biting", HealthLevel.Critical),
        };
        var name = watchdog.Identity.Length > 0 ? watchdog.Identity : watchdog.Device;
        var last = watchdog.LastBootBitten ? ", it ended the last boot" : "";
        return (word, level, $"{name}, resets after {Words.Span(watchdog.TimeoutMs)}{last}");
    }

    private static void Guard(StatusPage page, string label, (string Word, HealthLevel Level, string Note) guard) =>
        page.Row(label, guard.Word.PadRight(8), ColourOf(page.Paint, guard.Level), guard.Note);

    private static void Node(StatusPage page, NodeStatus node, int wide, string note)
    {
        var notes = new List<string> { note };
        if (node.Standby) notes.Add("standby");
        if (node.MaintenanceLeft > 0) notes.Add($"maintenance for {Words.Span(node.MaintenanceLeft * 1000)}");
        if (node.Isolated) notes.Add("cut off");
        if (node.Starting) notes.Add("starting");
        if (node.PingsKnown > 0 && node.IsHeard) notes.Add($"references {node.PingsSeen}/{node.PingsKnown}");
        var colour = node.State switch
        {
            PeerState.Up => page.Paint.Good,
            PeerState.Late or PeerState.Unknown => page.Paint.Notice,
            _ => (Func<string, string>)page.Paint.Bad,
        };
        page.Row($"  {node.Name.PadRight(wide)}  ", node.State.ToString().PadRight(8), colour, string.Join(", ", notes));
    }

    private static void Links(StatusPage page, StatusView view)
    {
        page.Title("HEARTBEAT");
        var names = view.Links.Select(link => link.Name.Length).Append(view.Witness is null ? 0 : "witness".Length).Max();
        var devices = Math.Min(20, view.Links.Select(link => MediumOf(link).Length).DefaultIfEmpty(0).Max());
        foreach (var link in view.Links)
        {
            var row = $"  {link.Name.PadRight(names)}  {MediumOf(link).PadRight(devices)}  ";
            page.Row(row, link.State.ToString().PadRight(8), ColourOf(page.Paint, link.State), LinkNote(link));
        }

        if (view.Witness is not { } witness) return;
        var state = (witness.Heard ? "Up" : "Silent").PadRight(8);
        var label = $"  {"witness".PadRight(names)}  {witness.Address.PadRight(devices)}  ";
        page.Row(label, state, witness.Heard ? page.Paint.Good : page.Paint.Bad, WitnessNote(witness));
    }

    private static string MediumOf(LinkStatus link) => link.Type == "serial" ? link.Device : $"{link.Type} {link.Device}";

    private static Func<string, string> ColourOf(Paint paint, LinkState state) => state switch
    {
        LinkState.Up => paint.Good,
        LinkState.Down => paint.Bad,
        _ => paint.Notice,
    };

    private static string LinkNote(LinkStatus link)
    {
        var notes = new List<string>();
        if (link.Reason.Length > 0) notes.Add(link.Reason);
        else if (link.State != LinkState.Up) notes.Add(link.HeardMs is { } silence ? $"heard {Words.Span(silence)} ago" : "never heard");
        if (link.PeerHears == false) notes.Add("the peer does not hear us");
        var rejected = link.Rejected.Values.Sum();
        if (rejected > 0) notes.Add($"{rejected} refused ({string.Join(", ", link.Rejected.Keys)})");
        if (link.SendErrors > 0) notes.Add($"{link.SendErrors} not sent");
        return string.Join(", ", notes);
    }

    private static string WitnessNote(WitnessStatus witness) => witness switch
    {
        { Heard: true, HearsPeer: true } => "hears the other node",
        { Heard: true, HearsPeer: false } => "does not hear the other node",
        { HeardMs: { } silence } => $"heard {Words.Span(silence)} ago",
        _ => "never heard",
    };
}
