using Appliance.Agent.Replica.Client;
using Appliance.Agent.Replica.Control;
using Appliance.Core.Replica;
using Appliance.Drivers.Mount;
using Appliance.Drivers.Systemd;

namespace Appliance.Agent.Replica.Begin;

/// <summary>What the beginning of a node's data is done with.</summary>
/// <param name="pathOf">Control socket of a replica's process, by name.</param>
internal sealed class BeginningHands(Func<string, string> pathOf, ISystemd systemd, IMounts mounts)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);

    public IMounts Mounts => mounts;

    /// <summary>Starts a replica's process; null, or why it does not start.</summary>
    public string? Start(string replica)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var change = systemd.Start(ReplicaUnit.Of(replica), bound.Token);
        return change.Outcome == UnitOutcome.Done ? null : $"{ReplicaUnit.Of(replica)} does not start: {change.Text}";
    }

    /// <summary>Null: it does not answer.</summary>
    public ReplicaStatus? Status(string replica) =>
        ReplicaSocket.Ask(pathOf(replica), new ReplicaRequest(ReplicaCommands.Status), Patience, out _).Status;

    /// <summary>Makes it secondary; null, or why not within the bound. What its device has to write on a slow or busy machine may take
    /// longer than one order waits, so it is ordered again.</summary>
    public string? LetGo(string replica, TimeSpan bound)
    {
        for (var began = Environment.TickCount64;;)
        {
            if (Order(replica, ReplicaOrderNames.Secondary) is not { } refused) return null;
            if (Environment.TickCount64 - began >= bound.TotalMilliseconds) return refused;
            Thread.Sleep(RetryPause);
        }
    }

    /// <summary>Null, or why it refuses.</summary>
    public string? Order(string replica, string order, ReplicaArguments? arguments = null)
    {
        var reply = ReplicaSocket.Ask(
            pathOf(replica), new ReplicaRequest(ReplicaCommands.Order, order, arguments), ReplicaControl.OrderDeadline, out _);
        return reply.Ok ? null : reply.Error ?? "refused without a reason";
    }
}
