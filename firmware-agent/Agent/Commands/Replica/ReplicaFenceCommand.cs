using System.CommandLine;
using Appliance.Agent.Replica.Control;
using Appliance.Agent.Replica.Client;
using Appliance.Agent.Replica.Drbd;
using Appliance.Agent.Status;

namespace Appliance.Agent.Commands.Replica;

/// <summary><c>appliance replica fence-peer</c>: the handler that DRBD runs when a primary has lost its peer, or is to be made primary
/// without it. Its exit code is DRBD's.</summary>
internal static class ReplicaFenceCommand
{
    /// <summary>"The peer is outdated": users go on.</summary>
    public const int Outdated = 4;

    /// <summary>No answer that DRBD knows: it changes nothing, and a primary's users wait on.</summary>
    public const int Unknown = 1;

    /// <summary>The process may be restarting; it is gone when it has not answered for this long.</summary>
    private static readonly TimeSpan Gone = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static Command Create()
    {
        var name = ReplicaName.Argument();
        var command = new Command("fence-peer", "DRBD's fence-peer handler (backend = \"drbd\"): asks whether the peer is harmless.")
        {
            name,
        };
        command.SetAction(line => Ask(line, line.GetRequiredValue(name)));
        return command;
    }

    private static int Ask(ParseResult line, string name)
    {
        var heard = Environment.TickCount64;
        while (true)
        {
            var reply = ReplicaSocket.Ask(
                ReplicaName.SocketOf(line, name), new ReplicaRequest(ReplicaCommands.Order, DrbdFencing.Order),
                ReplicaControl.OrderDeadline, out var reached);
            if (reply.Ok) return Outdated;
            if (reached) heard = Environment.TickCount64;
            var waits = reached ? reply.Error == DrbdFencing.StillWaiting : Environment.TickCount64 - heard < Gone.TotalMilliseconds;
            if (!waits)
            {
                line.InvocationConfiguration.Error.WriteLine($"appliance: {name}: {Words.Clean(reply.Error ?? "no answer")}");
                return Unknown;
            }

            if (!reached) Thread.Sleep(Pause);
        }
    }
}
