using System.Globalization;
using System.Text;
using Appliance.Agent.Replica.Control;
using Appliance.Agent.Status;
using Appliance.Core.Replica;

namespace Appliance.Agent.Replica.Text;

/// <summary>What a replica's status means, for people.</summary>
public static class ReplicaText
{
    /// <summary>Two good copies, connected, nobody waits.</summary>
    public static bool IsWell(ReplicaStatus status) => status is
    {
        Connection: >= ConnectionState.Connected, Disk: DiskState.UpToDate, PeerDisk: DiskState.UpToDate, Frozen.Length: 0,
    };

    /// <summary>In a line: for <c>appliance status</c>.</summary>
    public static string Line(ReplicaStatus status)
    {
        var words = new List<string> { $"{status.Connection}, {status.Role}/{status.PeerRole}, {status.Disk}/{status.PeerDisk}" };
        if (status.Progress is { } progress) words.Add(Progress(status, progress));
        else if (status.OutOfSyncKiB > 0) words.Add($"{Size(status.OutOfSyncKiB)} out of sync");
        if (status.Frozen.Length > 0) words.Add($"users wait: {Words.Clean(status.Frozen)}");
        if (status.Why.Length > 0) words.Add(Words.Clean(status.Why));
        return string.Join("; ", words);
    }

    /// <summary>A block of lines, without an end.</summary>
    public static string Of(ReplicaStatus status, ReplicaProcessStatus? process)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"REPLICA {status.Name}  {Size(status.DataBytes / 1024)}, protocol {status.Protocol}");
        Row(text, "connection", status.Why.Length > 0 ? $"{status.Connection} ({Words.Clean(status.Why)})" : $"{status.Connection}");
        Row(text, "role", $"{status.Role} here, {status.PeerRole} there");
        Row(text, "disk", $"{status.Disk} here, {status.PeerDisk} there{(status.PeerOutdated ? " (known to be older)" : "")}");
        if (status.Progress is { } progress) Row(text, "progress", Progress(status, progress));
        if (status.OutOfSyncKiB > 0) Row(text, "out of sync", Size(status.OutOfSyncKiB));
        if (status.Frozen.Length > 0) Row(text, "users wait", Words.Clean(status.Frozen));
        if (status.Alone) Row(text, "alone", "writes what the peer has not");
        if (status.VerifyDiffered >= 0) Row(text, "verify", $"{status.VerifyDiffered} blocks differed");
        Row(text, "traffic", $"sent {Size(status.NetSentKiB)}, received {Size(status.NetReceivedKiB)}, "
            + $"disk written {Size(status.DiskWrittenKiB)}, read {Size(status.DiskReadKiB)}");
        Row(text, "pending", $"users {status.FrontPending}, disk {status.LocalPending}, peer {status.PeerPending}, "
            + $"for the peer {status.Unacknowledged}");
        Row(text, "generation", $"{status.Current:x16}, base {status.Base:x16}, term {status.Term}");
        if (process is not null)
        {
            var ways = process.Fronts.Length > 0 ? string.Join(", ", process.Fronts.Select(Words.Clean)) : "no front end";
            Row(text, "process", $"pid {process.Pid}, {Words.Clean(process.Loop)}, {ways}");
            Row(text, "device", Words.Clean(process.Device ?? (status.Role == ReplicaRole.Primary ? "none" : "none (not primary here)")));
        }

        return text.ToString();
    }

    /// <summary>Whole percent done, speed and time left.</summary>
    public static string Progress(ReplicaStatus status, SyncProgress progress)
    {
        var word = status.Connection is ConnectionState.VerifyS or ConnectionState.VerifyT ? "verified" : "synced";
        var permille = ProcDrbd.PerMille(progress);
        var left = progress.SecondsLeft < 0 ? "" : $", {Words.Span(progress.SecondsLeft * 1000)} left";
        return string.Create(
            CultureInfo.InvariantCulture, $"{word} {permille / 10}.{permille % 10} %, {Size(progress.KiBPerSecond)}/s{left}");
    }

    private static void Row(StringBuilder text, string name, string value) =>
        text.Append(CultureInfo.InvariantCulture, $"\n  {name,-12} {value}");

    private static string Size(long kib) => kib switch
    {
        < 1 << 10 => string.Create(CultureInfo.InvariantCulture, $"{kib} KiB"),
        < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{kib / 1024.0:0.#} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{kib / 1048576.0:0.#} GiB"),
    };
}
