using Appliance.Agent.Replica.Process;

namespace Appliance.Agent.Replica.Control;

/// <summary>What the control socket asks of a replica's process. Called from several threads at once.</summary>
internal interface IReplicaControl
{
    StatusBoard Board { get; }

    /// <summary>Carries out an order; waits until it is done or refused.</summary>
    ReplicaReply Execute(string name, ReplicaArguments? arguments);
}
