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
    public VoiceAnswer Hear(EthernetAddress? bridge, TimeSpan patience)
    {
        if (Problem.Length > 0) return new(false, Problem);
        var until = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (true)
        {
            if (!IsCut && Sends()) return new(true, "");
            if (Environment.TickCount64 >= until) return new(false, "");
            Thread.Sleep(LookPause);
        }
    }

    private bool Sends()
    {
        lock (gate) return bridge.Transmit == 1 && (bridge.Destination(1) == own || bridge.Destination(2) == own);
    }
}
