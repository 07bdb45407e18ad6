using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Appliance.Agent.Control;

/// <summary>Who is at the other end of a unix socket, as the kernel recorded it at connect time (unix(7), SO_PEERCRED).</summary>
/// <param name="ProcessId">Of the connecting process.</param>
/// <param name="UserId">Effective user.</param>
/// <param name="GroupId">Effective group.</param>
/// <param name="Groups">Supplementary groups.</param>
public sealed record PeerCredentials(int ProcessId, uint UserId, uint GroupId, IReadOnlyList<uint> Groups)
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;
    private const int SoPeerGroups = 59;

    /// <summary>More supplementary groups than anybody has; the kernel refuses when there are more, and then they do not count.</summary>
    private const int GroupsMax = 1024;

    /// <summary>Asks the kernel. Null when it does not say.</summary>
    public static PeerCredentials? Of(Socket socket)
    {
        Span<uint> credentials = stackalloc uint[3];
        try
        {
            if (socket.GetRawSocketOption(SolSocket, SoPeerCred, MemoryMarshal.AsBytes(credentials)) != 12) return null;
            return new PeerCredentials((int)credentials[0], credentials[1], credentials[2], GroupsOf(socket));
        }
        catch (Exception unknown) when (unknown is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    private static uint[] GroupsOf(Socket socket)
    {
        Span<uint> groups = stackalloc uint[GroupsMax];
        try
        {
            var bytes = socket.GetRawSocketOption(SolSocket, SoPeerGroups, MemoryMarshal.AsBytes(groups));
            return groups[..(bytes / sizeof(uint))].ToArray();
        }
        catch (SocketException)
        {
            return [];
        }
    }

    /// <summary>Root, the agent's own user (an agent started by hand for a trial) and members of the group may command the node.</summary>
    /// <param name="ownUser">The agent's effective user.</param>
    /// <param name="allowedGroup">Null: there is no such group on this machine.</param>
    public bool MayCommand(uint ownUser, uint? allowedGroup) =>
        UserId == 0 || UserId == ownUser || (allowedGroup is { } group && (GroupId == group || Groups.Contains(group)));

    /// <summary>Number of a local group from the text of /etc/group (group(5)); null: not there.</summary>
    public static uint? GroupNumber(string name, IEnumerable<string> groupFile)
    {
        foreach (var line in groupFile)
        {
            var fields = line.Split(':');
            if (fields.Length < 3 || fields[0] != name) continue;
            if (uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        }

        return null;
    }
}
