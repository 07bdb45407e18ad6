using System.Globalization;
using System.Text;
using Appliance.Core.Replica;

namespace Appliance.Agent.Replica.Drbd;

/// <summary>What drbdadm prints, made of our status.</summary>
internal static class DrbdAnswers
{
    /// <summary>role, state, cstate, dstate and status; null for a verb that prints nothing.</summary>
    public static string? Of(string verb, ReplicaStatus status) => verb switch
    {
        "role" or "state" => $"{status.Role}/{status.PeerRole}",
        "cstate" => status.Connection.ToString(),
        "dstate" => $"{status.Disk}/{status.PeerDisk}",
        "status" => Page(status),
        _ => null,
    };

    /// <summary>The page of DRBD 9: a resource, its disk, its peer.</summary>
    private static string Page(ReplicaStatus status)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"{status.Name} role:{status.Role}\n");
        page.Append(CultureInfo.InvariantCulture, $"  disk:{status.Disk}\n");
        if (Meets(status.Connection))
        {
            page.Append(CultureInfo.InvariantCulture, $"  peer role:{status.PeerRole}\n");
            page.Append(CultureInfo.InvariantCulture, $"    replication:{Replication(status.Connection)} peer-disk:{status.PeerDisk}");
            if (status.Progress is { TotalKiB: > 0 } progress)
                page.Append(CultureInfo.InvariantCulture, $" done:{100.0 - (100.0 * progress.LeftKiB / progress.TotalKiB):0.00}");
        }
        else
        {
            var word = status.Connection == ConnectionState.WFConnection ? "Connecting" : status.Connection.ToString();
            page.Append(CultureInfo.InvariantCulture, $"  peer connection:{word}");
        }

        return page.Append('\n').ToString();
    }

    private static bool Meets(ConnectionState connection) => connection >= ConnectionState.Connected;

    private static string Replication(ConnectionState connection) =>
        connection == ConnectionState.Connected ? "Established" : connection.ToString();
}
