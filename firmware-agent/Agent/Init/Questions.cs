using System.CommandLine;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Agent.Init;

/// <summary>The questions in the order they are asked. A "-" on the terminal means "none".</summary>
public sealed class Questions
{
    public Question Cluster { get; } = Question.Of(
        "--cluster", "NAME", "Name of the pair, for example the site; no other pair on this LAN may have it", Types.Name, null);

    public Question NodeA { get; } = Question.Of("--node-a", "HOST", "Host name of the first node", Types.Name, null);

    public Question NodeB { get; } = Question.Of(
        "--node-b", "HOST", "Host name of the second node; it need not exist yet", Types.Name, null);

    public Question ServiceAddress { get; } = Question.Of(
        "--service-address", "ADDRESS/PREFIX", "Address of the telephone system: a free one on the LAN, with prefix length",
            new PrefixType(network: false), null);

    public Question LanInterface { get; } = Question.Of("--lan-interface", "INTERFACE", "Interface to the LAN", Types.Interface, "eth0");

    public Question ClusterInterface { get; } = Question.Of(
        "--cluster-interface", "INTERFACE",
            "Interface with the direct cable between the nodes (none: one network card, for trying out only)", Types.Interface, "");

    public Question CableA { get; } = Question.Of(
        "--cable-a", "ADDRESS", "Address of the first node on that cable", Types.Address, "10.1.1.1");

    public Question CableB { get; } = Question.Of(
        "--cable-b", "ADDRESS", "Address of the second node on that cable", Types.Address, "10.1.1.2");

    public Question Serial { get; } = Question.Of(
        "--serial", "DEVICE", "Serial device with a null-modem cable between the nodes (none: no such cable)", Types.Path, "");

    public Question Ping { get; } = Question.Of(
        "--ping", "ADDRESS",
            "Address on the LAN that always answers ping, best the router (none: nothing tells a dead node from a cut LAN)", Types.Address,
                "");

    public Question LanA { get; } = Question.Of(
        "--lan-a", "ADDRESS/PREFIX", "Address of the first node on the LAN, with prefix length (none: DHCP)",
            new PrefixType(network: false), "");

    public Question LanB { get; } = Question.Of(
        "--lan-b", "ADDRESS/PREFIX", "Address of the second node on the LAN, with prefix length", new PrefixType(network: false), null);

    public Question Gateway { get; } = Question.Of(
        "--gateway", "ADDRESS", "Router of the LAN (none: nothing beyond it)", Types.Address, "");

    public Question Dns { get; } = Question.Of("--dns", "ADDRESS", "Name server (none: no names)", Types.Address, "");

    /// <summary>Sticks are made: machines that run our image have their network from the file, too.</summary>
    public bool ForSticks { get; set; }

    public IEnumerable<Question> All =>
    [
        Cluster, NodeA, NodeB, ServiceAddress, LanInterface, LanA, LanB, Gateway, Dns, ClusterInterface, CableA, CableB, Serial, Ping,
    ];

    /// <summary>The addresses on the cable are only asked for when there is one, those on the LAN for sticks.</summary>
    public bool Applies(Question question, Func<Question, string> answers)
    {
        if (question == CableA || question == CableB) return answers(ClusterInterface).Length > 0;
        if (question == LanA) return ForSticks;
        return (question != LanB && question != Gateway && question != Dns) || (ForSticks && answers(LanA).Length > 0);
    }

    /// <summary>Two nodes of one name, or options given without the one they depend on; null: neither.</summary>
    public string? Contradiction(ParseResult line, Func<Question, string> answers)
    {
        if (answers(NodeA) == answers(NodeB)) return $"both nodes are called {answers(NodeA)}; expected two different host names";
        foreach (var (question, needs) in new[]
        {
            (CableA, ClusterInterface.Option.Name), (CableB, ClusterInterface.Option.Name), (LanA, "--stick"),
            (LanB, LanA.Option.Name), (Gateway, LanA.Option.Name), (Dns, LanA.Option.Name),
        })
            if (!Applies(question, answers) && line.GetValue(question.Option) is not null)
                return $"{question.Option.Name} has no effect without {needs}";
        return null;
    }
}
