using System.Net.Sockets;
using Appliance.Lab.Host;

namespace Appliance.Lab.Bench.Replica;

/// <summary>Waits until a server takes connections on its unix socket.</summary>
public static class Listening
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>Returns as soon as somebody listens; ends the run with the server's own words when that does not happen.</summary>
    public static void Wait(string socket, ProcessId server, string log)
    {
        var answered = false;
        Waiting.Until(Limit, TimeSpan.FromMilliseconds(5), () => (answered = Answers(socket)) || !server.IsAlive);
        if (!answered) throw new LabException($"nobody listens on {socket}: {(File.Exists(log) ? File.ReadAllText(log).Trim() : "")}");
    }

    /// <summary>Whether somebody listens now.</summary>
    public static bool Answers(string socket)
    {
        try
        {
            using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            probe.Connect(new UnixDomainSocketEndPoint(socket));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
