using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Drivers.FoneBridge;

/// <summary>The ear of a node beside a simulated bridge: it hears while the bridge sends to this node.</summary>
/// <param name="bridge">Looked at under <paramref name="gate"/> only.</param>
/// <param name="own">The address voice has to go to.</param>
public sealed class SimulatedVoiceEar(SimulatedFoneBridge bridge, Lock gate, EthernetAddress own) : IVoiceEar
{
    private static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(1);

    /// <summary>Why nobody can listen; empty: one can.</summary>
    public string Problem { get; set; } = "";

    /// <summary>The cable is out: nothing arrives although the bridge sends.</summary>
    public bool IsCut { get; set; }

    /// <inheritdoc/>
    public string Hear(VoiceEvidence evidence, TimeSpan patience)
    {
        if (Problem.Length > 0) return Problem;
        var until = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (true)
        {
            for (var port = 1; port <= 2 && !IsCut; port++)
                if (Frame(port, out var from) is { } frame && evidence.Take(from, forUs: true, frame)) return "";
            if (Environment.TickCount64 >= until) return "";
            Thread.Sleep(LookPause);
        }
    }

    private byte[]? Frame(int port, out EthernetAddress from)
    {
        lock (gate)
        {
            from = port == 1 ? bridge.Address.Mac : bridge.Address.Mac.Next();
            return bridge.Transmit == 1 && bridge.Destination(port) == own ? bridge.VoiceFrame() : null;
        }
    }
}
