using System.CommandLine;
using Appliance.Agent.Replica.Client;
using Appliance.Agent.Replica.Control;
using Appliance.Core.Replica;

namespace Appliance.Agent.Commands.Replica;

/// <summary><c>appliance replica wait</c>: for scripts.</summary>
internal static class ReplicaWaitCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly string[] Conditions = ["connected", "synced", "primary", "secondary"];

    public static Command Create()
    {
        var name = ReplicaName.Running();
        var condition = new Option<string>("--for")
        {
            Description = "What is waited for: connected, synced (both copies UpToDate), primary or secondary. Default: synced.",
            HelpName = "CONDITION",
            DefaultValueFactory = _ => "synced",
        };
        condition.AcceptOnlyFromAmong(Conditions);
        var timeout = new Option<TimeSpan?>("--timeout")
        {
            Description = "Give up after this, exit code 1, for example 30s. Default: never.",
            HelpName = "DURATION",
            CustomParser = result => DurationArgument.Parse(result),
        };
        var command = new Command("wait", "Waits until a replica is as it should be.") { name, condition, timeout };
        command.SetAction(line => Wait(line, line.GetRequiredValue(name), line.GetRequiredValue(condition), line.GetValue(timeout)));
        return command;
    }

    private static int Wait(ParseResult line, string name, string condition, TimeSpan? timeout)
    {
        var began = Environment.TickCount64;
        var path = ReplicaName.SocketOf(line, name);
        while (true)
        {
            var found = "its process does not answer";
            using var socket = ReplicaSocket.Connect(path, out _);
            if (socket is not null && socket.Send(new ReplicaRequest(ReplicaCommands.Watch)))
            {
                while (socket.Receive(ReplicaControl.WatchPeriod * 3, out _) is { Ok: true } reply)
                {
                    if (reply.Watch is not { } now) continue;
                    if (Holds(now, condition)) return (int)ExitCode.Ok;
                    found = $"it is {now.Connection}, {now.Role}/{now.PeerRole}, {now.Disk}/{now.PeerDisk}";
                    if (IsOver(began, timeout)) break;
                }
            }

            if (IsOver(began, timeout))
            {
                line.InvocationConfiguration.Error.WriteLine($"appliance: replica {name} is not {condition} in time: {found}");
                return (int)ExitCode.Warning;
            }

            Thread.Sleep(Pause);
        }
    }

    private static bool IsOver(long began, TimeSpan? timeout) =>
        timeout is { } bound && Environment.TickCount64 - began >= bound.TotalMilliseconds;

    private static bool Holds(ReplicaWatch now, string condition) => condition switch
    {
        "connected" => now.Connection >= ConnectionState.Connected,
        "synced" => now is { Connection: ConnectionState.Connected, Disk: DiskState.UpToDate, PeerDisk: DiskState.UpToDate },
        "primary" => now is { Role: ReplicaRole.Primary, Device: not null },
        _ => now is { Role: ReplicaRole.Secondary, Device: null },
    };
}
