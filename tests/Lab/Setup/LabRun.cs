using Appliance.Lab.Host;
using Appliance.Lab.Stacks;

namespace Appliance.Lab.Setup;

/// <summary>One running lab: two nodes, their wires, the client. Everything it made goes away with <see cref="Down"/>.</summary>
public sealed class LabRun
{
    private LabRun(LabPlace place, LabState state)
    {
        Place = place;
        State = state;
        Network = new LabNetwork(place);
        Nodes = [.. NodePlan.Both.Select(plan => new NodeMachine(place, state, Network, plan))];
    }

    /// <summary>Where it lives.</summary>
    public LabPlace Place { get; }

    /// <summary>What was started.</summary>
    public LabState State { get; }

    /// <summary>The wires.</summary>
    public LabNetwork Network { get; }

    /// <summary>Both machines.</summary>
    public IReadOnlyList<NodeMachine> Nodes { get; }

    /// <summary>The machine of a node.</summary>
    public NodeMachine Machine(NodePlan plan) => Nodes.Single(node => node.Plan == plan);

    /// <summary>The nodes that hold the service address now, asked from the kernels and not from the software under test.</summary>
    public IReadOnlyList<NodePlan> Serving() =>
        [.. Nodes.Where(node => node.IsOn && HoldsServiceAddress(node.Plan)).Select(node => node.Plan)];

    /// <summary>Builds a lab with this stack on both nodes and switches them on. A failed attempt leaves nothing behind.</summary>
    public static LabRun Up(IClusterStack stack, bool keep)
    {
        Leftovers.RemoveAbandoned();
        var layers = RootFileSystem.Layers(stack.Layer);
        var place = LabPlace.Fresh();
        var state = new LabState
        {
            Stack = stack.Name,
            Owner = keep ? null : ProcessId.Of(Environment.ProcessId),
            FirstLoop = stack.Replicates ? VolatileDisk.FindFreeLoops() : 0,
        };
        state.Save(place);
        var lab = new LabRun(place, state);
        try
        {
            Directory.CreateDirectory(place.DiskDirectory);
            lab.Network.Build();
            SerialCable.Start(place, state);
            if (stack.HasLines) LineHardware.Start(place, state);
            foreach (var node in lab.Nodes)
            {
                node.CreateDisk(layers);
                if (stack.Replicates) node.Disk.Create();
                stack.PrepareDisk(node);
            }
            foreach (var node in lab.Nodes) node.Start();
            foreach (var node in lab.Nodes) node.WaitUntilBooted();
            stack.StartCluster(lab);
            return lab;
        }
        catch
        {
            lab.Down();
            throw;
        }
    }

    /// <summary>The run with this name, or the only one there is.</summary>
    public static LabRun Open(string? prefix)
    {
        var known = LabPlace.Known();
        var place = prefix is null && known.Count == 1 ? known[0] : known.FirstOrDefault(candidate => candidate.Prefix == prefix);
        return place is not null ? Open(place)
            : known.Count == 0 ? throw new LabException("no lab is up; start one with \"appliance-lab up\"")
            : throw new LabException($"say which lab with --run NAME; there are: " +
                string.Join(", ", known.Select(candidate => candidate.Prefix)));
    }

    /// <summary>The run at this place, whatever is left of it.</summary>
    public static LabRun Open(LabPlace place) => new(place, LabState.Load(place));

    /// <summary>Stops and removes everything this run made, also when it was only half built.</summary>
    public void Down()
    {
        foreach (var node in Nodes) node.Remove();
        State.SerialCable?.Kill();
        State.Witness?.Kill();
        State.RelayBox?.Kill();
        State.LineBridge?.Kill();
        Network.Remove();
        if (Directory.Exists(Place.DiskDirectory))
            HostCommand.Run("rm", "--recursive", "--force", "--one-file-system", Place.DiskDirectory);
        if (Directory.Exists(Place.StateDirectory)) Directory.Delete(Place.StateDirectory, recursive: true);
    }

    private bool HoldsServiceAddress(NodePlan plan) =>
        LabNetwork.NamespaceExists(Place.NodeNamespace(plan)) &&
        HostCommand.Try("ip", "-n", Place.NodeNamespace(plan), "-oneline", "address", "show")
            .Output.Contains($" {NodePlan.ServiceAddress}/");
}
