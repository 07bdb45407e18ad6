using Appliance.Lab.Host;
using Appliance.Lab.Setup;

namespace Appliance.Lab.Probing;

/// <summary>
/// Looks every 50 ms whether the telephone lines are where they belong: the relay and the bridge's voice at the node whose card answers for
/// the service address, and an Asterisk there that answers.
/// </summary>
/// <remarks>Voice is what the switch really sends out of the port to a node, not what anybody says.</remarks>
public sealed class LineWatch(LabPlace place) : IDisposable
{
    private const ushort Everything = 0x0003;
    private const ushort Voice = 0xD00D;
    private const double AnswerMs = 500;
    private readonly CancellationTokenSource _end = new();
    private Thread? _thread;
    private volatile string _why = "nobody has looked yet";

    /// <summary>The moments at which all of it was true.</summary>
    public AnswerLog Good { get; } = new();

    /// <summary>What was wrong at the last look; empty: nothing.</summary>
    public string Why => _why;

    /// <summary>Begins to look.</summary>
    public void Start(Prober prober)
    {
        _thread = new Thread(() => Run(prober)) { IsBackground = true, Name = "lines" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Cancel();
        _thread?.Join();
        _end.Dispose();
    }

    private void Run(Prober prober)
    {
        NetworkNamespace.EnterOnThisThread(place.SwitchNamespace);
        var ears = new Dictionary<NodePlan, LinkLayerSocket?>();
        while (!_end.Token.WaitHandle.WaitOne(Prober.Interval))
        {
            var voice = NodePlan.Both.Where(node => Hears(ears, node)).ToArray();
            _why = Wrong(prober, voice);
            if (_why.Length == 0) Good.Note(MonotonicClock.NowMs);
        }

        foreach (var ear in ears.Values) ear?.Dispose();
    }

    private string Wrong(Prober prober, NodePlan[] voice)
    {
        var owner = NodePlan.Both.FirstOrDefault(node => LabNetwork.LanCardOf(node) == prober.Owners.Last);
        if (owner is null) return "nobody answers for the service address";
        if (!(prober.Answers(ProbeKind.Sip).Last > MonotonicClock.NowMs - AnswerMs)) return $"Asterisk on {owner.Name} does not answer";
        var relay = LineHardware.RelayAt(place);
        if (relay != owner) return $"the relay has the line at {relay.Name}, and {owner.Name} serves";
        if (voice is [var one] && one == owner) return "";
        return $"the bridge sends voice to {(voice.Length == 0 ? "nobody" : string.Join(" and ", voice.Select(node => node.Name)))}, and "
            + $"{owner.Name} serves";
    }

    // A node that loses power takes its port along: the ear is made anew when it is back.
    private static bool Hears(Dictionary<NodePlan, LinkLayerSocket?> ears, NodePlan node)
    {
        if (ears.GetValueOrDefault(node) is not { } ear)
        {
            try
            {
                ears[node] = new LinkLayerSocket(LabNetwork.Port(node, "lan"), withHeader: true, Everything);
            }
            catch (LabException)
            {
                // The port is not there: the node is off.
            }

            return false;
        }

        var heard = false;
        Span<byte> frame = stackalloc byte[64];
        while (ear.Wait(TimeSpan.Zero))
        {
            if (ear.Take(frame) < 0)
            {
                ear.Dispose();
                ears[node] = null;
                return heard;
            }

            // A switch that has not learned an address yet sends to all ports; only the card that is meant takes it.
            heard |= frame[12] == Voice >> 8 && frame[13] == (Voice & 0xFF)
                && Convert.ToHexString(frame[..6]) == LabNetwork.LanCardOf(node);
        }

        return heard;
    }
}
