using Appliance.Core.Cluster;
using Appliance.Core.Time;

namespace Appliance.Core.Wire;

/// <summary>Remembers when we said what, so that an echo of it proves that the other side spoke just now.</summary>
/// <param name="incarnation">Ours.</param>
/// <param name="freshFor">An echo of something older proves nothing: deadtime.</param>
public sealed class OwnSequences(ulong incarnation, TimeSpan freshFor)
{
    private const int Kept = 256;

    private readonly Instant[] _said = new Instant[Kept];

    /// <summary>The last number given out; 0: none.</summary>
    public ulong Newest { get; private set; }

    /// <summary>The number of the heartbeat that is said now.</summary>
    public ulong Next(Instant now)
    {
        Newest++;
        _said[Newest % Kept] = now;
        return Newest;
    }

    /// <summary>True when the heartbeat echoes this incarnation and something we said within the last moments: it cannot be a
    /// recording.</summary>
    public bool Proves(in Heartbeat heartbeat, Instant now)
    {
        if (heartbeat.EchoIncarnation != (uint)incarnation) return false;
        // Both are the low 32 bits of counters that never jump: their distance is right even when they wrap.
        var age = (uint)Newest - heartbeat.EchoSequence;
        return age < Kept && age < Newest && now - _said[(Newest - age) % Kept] <= freshFor;
    }

    /// <summary>When we said what the heartbeat echoes; null: it echoes nothing that is remembered.</summary>
    public Instant? SaidAt(in Heartbeat heartbeat)
    {
        if (heartbeat.EchoIncarnation != (uint)incarnation) return null;
        var age = (uint)Newest - heartbeat.EchoSequence;
        return age < Kept && age < Newest ? _said[(Newest - age) % Kept] : null;
    }
}
