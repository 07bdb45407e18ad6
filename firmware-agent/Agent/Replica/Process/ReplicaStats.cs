using System.Diagnostics;

namespace Appliance.Agent.Replica.Process;

/// <summary>Figures of a whole run, on the error stream.</summary>
internal static class ReplicaStats
{
    /// <param name="requests">Of users.</param>
    /// <param name="turns">Of the loop.</param>
    /// <param name="allocated">Managed bytes of the loop's thread after its start.</param>
    public static void Print(long requests, long turns, long allocated)
    {
        var (peak, now) = (Memory("VmHWM:"), Memory("VmRSS:"));
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        Console.Error.WriteLine(
            $"requests={requests} turns={turns} allocated={allocated} rss-peak-kib={peak} rss-kib={now} "
                + $"cpu-ms={self.TotalProcessorTime.TotalMilliseconds:0}");
    }

    private static string Memory(string field) =>
        File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(field, StringComparison.Ordinal))
            ?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1] ?? "?";
}
