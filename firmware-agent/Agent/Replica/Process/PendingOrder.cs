using Appliance.Agent.Replica.Control;
using Appliance.Core.Replica;

namespace Appliance.Agent.Replica.Process;

/// <summary>An order on its way; completed once, from the replica's thread.</summary>
internal sealed class PendingOrder(ReplicaOrder order)
{
    private readonly TaskCompletionSource<ReplicaReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ReplicaOrder Order => order;

    /// <summary>Attach: the disk that goes with it.</summary>
    public AttachedDisk? Disk { get; init; }

    /// <summary>Secondary and stop: what becomes of it when somebody holds the device. Null: it is refused.</summary>
    public ReplicaOrder? IfHeld { get; init; }

    /// <summary>Waits for the answer; null: none within the time.</summary>
    public ReplicaReply? Wait(TimeSpan time) => _reply.Task.Wait(time) ? _reply.Task.Result : null;

    public void Done(string text) => _reply.TrySetResult(new ReplicaReply(true, Text: text));

    public void Refused(string why) => _reply.TrySetResult(ReplicaReply.Refused(why));
}
