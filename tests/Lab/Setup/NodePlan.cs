namespace Appliance.Lab.Setup;

/// <summary>The fixed facts of one node: its name, its letter in the lab's object names, its addresses.</summary>
public sealed record NodePlan(string Name, string Letter, string LanAddress, string CableAddress)
{
    /// <summary>The first node, preferred where a cluster wants a preference.</summary>
    public static readonly NodePlan A = new("pbx-a", "a", "192.168.1.11", "10.1.1.1");

    /// <summary>The second node.</summary>
    public static readonly NodePlan B = new("pbx-b", "b", "192.168.1.12", "10.1.1.2");

    /// <summary>Both.</summary>
    public static readonly IReadOnlyList<NodePlan> Both = [A, B];

    /// <summary>The address the pair serves.</summary>
    public const string ServiceAddress = "192.168.1.245";

    /// <summary>The router both nodes ping.</summary>
    public const string RouterAddress = "192.168.1.1";

    /// <summary>The client that watches.</summary>
    public const string ClientAddress = "192.168.1.50";

    /// <summary>The client's card.</summary>
    public const string ClientHardwareAddress = "02:00:5e:00:00:32";

    /// <summary>The other node.</summary>
    public NodePlan Peer => this == A ? B : A;

    /// <summary>The node with this name; a single letter will do.</summary>
    public static NodePlan Parse(string name) =>
        Both.FirstOrDefault(node => node.Name == name || node.Letter == name)
        ?? throw new Host.LabException($"there is no node \"{name}\"; the nodes are pbx-a and pbx-b");
}
