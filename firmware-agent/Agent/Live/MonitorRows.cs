using System.Globalization;
using Appliance.Agent.Status;
using Appliance.Core.Cluster;
using Appliance.Core.Health;

namespace Appliance.Agent.Live;

/// <summary>The rows of the live view: what stands where, and what it is worth. Pure.</summary>
internal static class MonitorRows
{
    /// <param name="full">A row for everything; else one for all that is fine.</param>
    /// <param name="findings">So many of what is wrong come before anything else; most of the others are seen at their rows, too.</param>
    public static List<MonitorRow> Of(AgentNews news, bool full, int findings = int.MaxValue)
    {
        var rows = new List<MonitorRow>();
        if (news.View is not { } view)
        {
            rows.Add(new MonitorRow(Rank.Always, "") { Mark = "!!", Note = news.Problem, Level = HealthLevel.Critical });
            return rows;
        }

        rows.Add(new MonitorRow(Rank.Always, "")
            { Note = $"Cluster {view.Cluster}, seen from {view.Node.Name}", Right = Words.Time(view.UnixMs) });
        if (news.Problem.Length > 0)
            rows.Add(new MonitorRow(Rank.Always, "")
                { Mark = "!!", Note = $"NOT CURRENT, trying again: {news.Problem}", Level = HealthLevel.Critical });
        Findings(rows, view, findings);
        Head(rows, "NODES");
        Node(rows, view.Node, "this node");
        Node(rows, view.Peer, view.Peer.State == PeerState.Up ? "" : Silence(view.Peer.HeardMs));
        Health(rows, view);
        Guards(rows, view, full);
        Head(rows, "GROUPS");
        foreach (var group in view.Groups) MonitorGroup.Add(rows, view, group, full);
        MonitorPaths.Add(rows, view, full);
        return rows;
    }

    public static MonitorRow Blank() => new(Rank.Blank, "");

    public static MonitorRow Title(string text) => new(Rank.Title, "") { Note = text };

    /// <summary>A blank line and a heading.</summary>
    public static void Head(List<MonitorRow> rows, string title)
    {
        rows.Add(Blank());
        rows.Add(Title(title));
    }

    /// <summary>A duration that changes once a minute: on a slow line every change is paid for.</summary>
    public static string Age(long milliseconds) =>
        milliseconds < 60_000 ? "for less than 1 min" : $"for {Words.Span(milliseconds - (milliseconds % 60_000))}";

    /// <summary>Since when somebody is not heard, in whole seconds.</summary>
    public static string Silence(long? milliseconds) =>
        milliseconds is { } silence ? $"heard {Words.Span(silence < 1000 ? silence : silence - (silence % 1000))} ago" : "never heard";

    private static void Findings(List<MonitorRow> rows, StatusView view, int first)
    {
        var health = view.Health;
        if (health.Level == HealthLevel.Ok)
            rows.Add(new MonitorRow(Rank.Critical, "")
                { Note = "OK: every group is served and the other node could take over", Level = HealthLevel.Ok });
        foreach (var reason in health.Reasons)
        {
            var critical = reason.Level == HealthLevel.Critical;
            rows.Add(new MonitorRow(first-- <= 0 ? Rank.Fact : critical ? Rank.Critical : Rank.Concern, "finding")
                { Mark = critical ? "!!" : "!", Note = $"{(critical ? "CRITICAL" : "WARNING")}: {reason.Text}", Level = reason.Level });
        }
    }

    private static void Node(List<MonitorRow> rows, NodeStatus node, string note)
    {
        if (node.Standby) note = And(note, "standby");
        if (node.MaintenanceLeft > 0) note = And(note, $"maintenance {Age(node.MaintenanceLeft * 1000)}");
        if (node.Isolated) note = And(note, "cut off");
        if (node.Starting) note = And(note, "starting");
        if (node.PingsKnown > 0 && node.IsHeard)
            note = And(note, string.Create(CultureInfo.InvariantCulture, $"references {node.PingsSeen}/{node.PingsKnown}"));
        var level = node.State switch
        {
            PeerState.Up => HealthLevel.Ok,
            PeerState.Late or PeerState.Unknown => HealthLevel.Warning,
            _ => HealthLevel.Critical,
        };
        rows.Add(new MonitorRow(Rank.Place, "node")
            { Mark = MarkOf(level), Label = node.Name, State = node.State.ToString(), Level = level, Note = note });
    }

    // Their sentences stand above, among what is wrong.
    private static void Health(List<MonitorRow> rows, StatusView view)
    {
        if (view.Sensors.Count == 0) return;
        var note = "";
        for (var level = SensorLevel.Critical; level > SensorLevel.Good; level--)
        {
            var names = "";
            foreach (var sensor in view.Sensors)
                if (sensor.Level == level) names = And(names, sensor.Sensor);
            if (names.Length > 0) note += $"{(note.Length > 0 ? "; " : "")}{level.ToString().ToLowerInvariant()}: {names}";
        }

        var worst = view.HealthScore == NodeHealth.ScoreMax ? HealthLevel.Ok : HealthLevel.Warning;
        foreach (var sensor in view.Sensors)
            if (sensor.Level == SensorLevel.Critical) worst = HealthLevel.Critical;
        rows.Add(new MonitorRow(worst == HealthLevel.Ok ? Rank.Fact : Rank.Concern, "health line")
        {
            Mark = MarkOf(worst), Label = "health", Level = worst,
            State = string.Create(CultureInfo.InvariantCulture, $"{view.HealthScore}/{NodeHealth.ScoreMax}"),
            Note = note.Length > 0 ? note : string.Create(CultureInfo.InvariantCulture, $"{view.Sensors.Count} sensors, all good"),
        });
    }

    private static void Guards(List<MonitorRow> rows, StatusView view, bool full)
    {
        if (view.Watchdog is { } watchdog) Guard("watchdog", StatusText.Of(watchdog));
        if (view.Fence is { } fence) Guard("fence", StatusText.Of(view.Peer.Name, fence));
        void Guard(string label, (string Word, HealthLevel Level, string Note) guard)
        {
            if (!full && guard.Level == HealthLevel.Ok) return;
            rows.Add(new MonitorRow(guard.Level == HealthLevel.Ok ? Rank.Fine : Rank.Concern, "guard")
                { Mark = MarkOf(guard.Level), Label = label, State = guard.Word, Level = guard.Level, Note = guard.Note });
        }
    }

    public static string MarkOf(HealthLevel? level) => level switch
    {
        HealthLevel.Critical => "!!",
        HealthLevel.Warning => "!",
        _ => "",
    };

    public static string And(string note, string more) => note.Length == 0 ? more : more.Length == 0 ? note : $"{note}, {more}";
}
