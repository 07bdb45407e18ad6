namespace Appliance.Simulation.Network;

/// <summary>How badly a link behaves.</summary>
/// <param name="Loss">Share of frames (serial: of bytes, divided by 100) that get lost.</param>
/// <param name="Delay">Longest delay; frames that are delayed differently overtake each other on Ethernet.</param>
/// <param name="Twice">Share of frames that arrive twice.</param>
/// <param name="Garbled">Share of frames (serial: of bytes, divided by 100) with a flipped bit.</param>
public readonly record struct Quality(double Loss, TimeSpan Delay, double Twice, double Garbled)
{
    public static readonly TimeSpan DelayMin = TimeSpan.FromMicroseconds(200);

    /// <summary>As a cable should be.</summary>
    public static Quality Good => new(0, TimeSpan.FromMilliseconds(2), 0, 0);

    /// <summary>
    /// Bad, but not so bad that a living peer may be taken for dead: six frames in a row are lost less than once in 10^10.
    /// </summary>
    public bool Works => Loss <= 0.02 && Garbled <= 0.02 && Delay <= TimeSpan.FromMilliseconds(50);
}

/// <summary>
/// One link between the two nodes. What passes is decided by the wires of the world; what the nodes think of it is their affair.
/// </summary>
public sealed class Link(string name, Medium medium)
{
    private readonly bool[] _cut = new bool[2];

    public string Name { get; } = name;

    public Medium Medium { get; } = medium;

    public Quality Quality { get; set; } = Quality.Good;

    /// <summary>Serial: the moment the last byte that was sent by each node arrives; bytes never overtake.</summary>
    public Core.Time.Instant[] LineFree { get; } = new Core.Time.Instant[2];

    /// <summary>Nothing that this node sends gets through.</summary>
    public bool IsCut(int from) => _cut[from];

    public void Cut(int from, bool cut) => _cut[from] = cut;
}

/// <summary>The ports of the LAN switch, by node: the service address, the references, the witness and LAN heartbeats pass here.</summary>
public sealed class Lan
{
    private readonly bool[] _in = [true, true];
    private readonly bool[] _out = [true, true];

    /// <summary>The node's interface sees a carrier.</summary>
    public bool[] Carrier { get; } = [true, true];

    /// <summary>References that answer, by number.</summary>
    public bool[] Reference { get; } = [true, true, true, true, true, true, true, true];

    public bool Sends(int node) => _out[node];

    public bool Hears(int node) => _in[node];

    /// <summary>The node can ask the LAN and hear answers.</summary>
    public bool Connects(int node) => _in[node] && _out[node];

    public void Set(int node, bool sends, bool hears) => (_out[node], _in[node]) = (sends, hears);
}
