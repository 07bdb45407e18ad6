using Appliance.Lab.Setup;

namespace Appliance.Lab.Stacks;

/// <summary>A cluster software that manages the service address, MariaDB and Asterisk on the two nodes: ours or a rival.</summary>
public interface IClusterStack
{
    /// <summary>Its name in commands and reports.</summary>
    string Name { get; }

    /// <summary>What the report says about its settings.</summary>
    string Settings { get; }

    /// <summary>The layer of the root file system it needs.</summary>
    string Layer { get; }

    /// <summary>The systemd unit whose main process is "the agent" for the faults.</summary>
    string AgentUnit { get; }

    /// <summary>The names of all its daemons, for the memory they hold.</summary>
    IReadOnlyList<string> Daemons { get; }

    /// <summary>Whether what one node writes is on the other one too: nodes then have data disks, and no row may ever be missing.</summary>
    bool Replicates => false;

    /// <summary>Whether telephone lines follow the service: a relay that the first node powers, and a bridge on the LAN.</summary>
    bool HasLines => false;

    /// <summary>Null when both copies are whole and joined; otherwise what is missing.</summary>
    string? WhyNotInSync(LabRun lab) => null;

    /// <summary>Makes a node use its data disk again after it failed.</summary>
    void ReattachDisk(LabRun lab, NodeMachine node)
    {
    }

    /// <summary>What an operator says after a repair: what failed here may be tried again.</summary>
    void ForgetFailures(NodeMachine node)
    {
    }

    /// <summary>Puts its configuration on a node's disk before the first start.</summary>
    void PrepareDisk(NodeMachine node);

    /// <summary>What is to be done once when both nodes are up.</summary>
    void StartCluster(LabRun lab);

    /// <summary>Null when the pair is whole and can take a fault; otherwise what is missing.</summary>
    string? WhyNotHealthy(LabRun lab);

    /// <summary>Asks for a planned switchover away from this node and returns when the command does.</summary>
    void SwitchAway(LabRun lab, NodePlan from);

    /// <summary>Makes the node that handed over a candidate again.</summary>
    void Rejoin(LabRun lab, NodePlan node);

    /// <summary>The node's own notes since a moment (Unix milliseconds), as far as the software keeps any.</summary>
    IReadOnlyList<ClusterEvent> Events(NodeMachine node, double sinceUnixMs);
}
