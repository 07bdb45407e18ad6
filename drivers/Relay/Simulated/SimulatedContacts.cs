using Appliance.Core.Lines;

namespace Appliance.Drivers.Relay.Simulated;

/// <summary>The relays of a simulated board: what a telephone line would notice.</summary>
public sealed class SimulatedContacts(int count)
{
    private readonly Lock _gate = new();
    private readonly bool[] _on = new bool[count];
    private int _moves;

    public int Count => count;

    /// <summary>Relays that are welded: they stay as they are.</summary>
    public bool Stuck { get; set; }

    /// <summary>Told after every command that moved something; from the thread of the twin.</summary>
    public Action? Moved { get; set; }

    /// <summary>How often a contact has moved.</summary>
    public int Moves
    {
        get
        {
            lock (_gate) return _moves;
        }
    }

    public bool this[int index]
    {
        get
        {
            lock (_gate) return _on[index];
        }

        set
        {
            lock (_gate)
            {
                if (Stuck || _on[index] == value) return;
                _on[index] = value;
                _moves++;
            }

            Moved?.Invoke();
        }
    }

    /// <summary>Bit 0 is the first relay.</summary>
    public ulong Mask
    {
        get
        {
            ulong mask = 0;
            for (var index = 0; index < count; index++) mask |= this[index] ? 1UL << index : 0;
            return mask;
        }

        set
        {
            for (var index = 0; index < count; index++) this[index] = (value >> index & 1) == 1;
        }
    }

    /// <summary>Where a line behind all of the given relays, counted from 0, is.</summary>
    public LinePosition PositionOf(params ReadOnlySpan<int> relays)
    {
        var on = 0;
        foreach (var relay in relays) on += this[relay] ? 1 : 0;
        return on == relays.Length ? LinePosition.A : on == 0 ? LinePosition.B : LinePosition.Unknown;
    }

    /// <summary>Coils without power: every relay falls, but a welded one.</summary>
    public void LosePower() => Mask = 0;
}
