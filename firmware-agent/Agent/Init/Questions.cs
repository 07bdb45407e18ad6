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

    public IEnumerable<Question> All =>
        [Cluster, NodeA, NodeB, ServiceAddress, LanInterface, ClusterInterface, CableA, CableB, Serial, Ping];

    /// <summary>The addresses on the cable are only asked for when there is one.</summary>
    public bool Applies(Question question, Func<Question, string> answers) =>
        (question != CableA && question != CableB) || answers(ClusterInterface).Length > 0;

    /// <summary>Two nodes of one name, or options given without the one they depend on; null: neither.</summary>
    public string? Contradiction(ParseResult line, Func<Question, string> answers)
    {
        if (answers(NodeA) == answers(NodeB)) return $"both nodes are called {answers(NodeA)}; expected two different host names";
        var orphan = new[] { CableA, CableB }.FirstOrDefault(
            question => !Applies(question, answers) && line.GetValue(question.Option) is not null);
        return orphan is null ? null : $"{orphan.Option.Name} has no effect without {ClusterInterface.Option.Name}";
    }
}
