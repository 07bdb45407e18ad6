using System.Globalization;
using System.Text;
using Appliance.Agent.Commands;
using Appliance.Agent.Replica.Control;
using Appliance.Core.Replica;

namespace Appliance.Agent.Replica.Text;

/// <summary>The lines that DRBD 8.4 shows in /proc/drbd, so that what reads them goes on reading them.</summary>
public static class ProcDrbd
{
    private const int BarCells = 20;

    /// <summary>Above this much to copy the kernel counts in MiB, KiB.</summary>
    private const long LargeKiB = 4L << 20;

    /// <summary>The whole page; replicas are numbered like minors.</summary>
    public static string Of(IReadOnlyList<ReplicaReply> replies)
    {
        var text = new StringBuilder();
        text.Append("version: 8.4.11 (api:1/proto:86-101)\n").Append("srcversion: APPLIANCE-").Append(VersionCommand.Version).Append('\n');
        for (var minor = 0; minor < replies.Count; minor++) One(text, minor, replies[minor].Status!);
        return text.ToString().TrimEnd('\n');
    }

    private static void One(StringBuilder text, int minor, ReplicaStatus status)
    {
        var protocol = status.Connection == ConnectionState.StandAlone ? " " : status.Protocol.ToString(); // As DRBD: it has none then.
        text.Append(CultureInfo.InvariantCulture, $"{minor,2}: cs:{status.Connection} ro:{status.Role}/{status.PeerRole} ")
            .Append(CultureInfo.InvariantCulture, $"ds:{status.Disk}/{status.PeerDisk} {protocol} ")
            .Append(status.Frozen.Length > 0 ? 's' : 'r').Append("-----\n");
        text.Append(CultureInfo.InvariantCulture, $"    ns:{status.NetSentKiB} nr:{status.NetReceivedKiB} dw:{status.DiskWrittenKiB} ")
            .Append(CultureInfo.InvariantCulture, $"dr:{status.DiskReadKiB} al:{status.IntentWrites} bm:{status.BitmapWrites} ")
            .Append(CultureInfo.InvariantCulture, $"lo:{status.LocalPending} pe:{status.PeerPending} ua:{status.Unacknowledged} ")
            .Append(CultureInfo.InvariantCulture, $"ap:{status.FrontPending} ep:1 wo:f oos:{status.OutOfSyncKiB}\n");
        if (status.Progress is { } progress) Progress(text, status.Connection, progress);
    }

    private static void Progress(StringBuilder text, ConnectionState connection, SyncProgress progress)
    {
        var permille = PerMille(progress);
        var full = (int)(permille * BarCells / 1000);
        text.Append("\t[").Append('=', Math.Max(0, full - 1)).Append('>').Append('.', BarCells - full).Append("] ");
        text.Append(connection is ConnectionState.VerifyS or ConnectionState.VerifyT ? "verified:" : "sync'ed:");
        text.Append(CultureInfo.InvariantCulture, $"{permille / 10,3}.{permille % 10}% ");
        var (unit, divisor) = progress.TotalKiB > LargeKiB ? ('M', 1024) : ('K', 1);
        text.Append(CultureInfo.InvariantCulture, $"({progress.LeftKiB / divisor}/{progress.TotalKiB / divisor}){unit}\n");
        var left = Math.Max(0, progress.SecondsLeft);
        text.Append(CultureInfo.InvariantCulture, $"\tfinish: {left / 3600}:{left % 3600 / 60:00}:{left % 60:00} ")
            .Append(CultureInfo.InvariantCulture, $"speed: {progress.KiBPerSecond:N0} ({progress.AverageKiBPerSecond:N0})");
        if (connection is ConnectionState.SyncTarget or ConnectionState.VerifyS)
            text.Append(CultureInfo.InvariantCulture, $" want: {progress.WantKiBPerSecond:N0}");
        text.Append(" K/sec");
        if (progress is { KiBPerSecond: 0, LeftKiB: > 0 }) text.Append(" (stalled)");
        text.Append('\n');
    }

    /// <summary>Thousandths done; what is left is never shown as all done.</summary>
    internal static long PerMille(SyncProgress progress)
    {
        if (progress.TotalKiB <= 0) return 1000;
        var left = Math.Clamp(progress.LeftKiB, 0, progress.TotalKiB);
        return 1000 - (long)Math.Ceiling(left * 1000.0 / progress.TotalKiB);
    }
}
