using Appliance.Core.Lines;
using Appliance.Drivers.Relay;
using Appliance.Drivers.Relay.Simulated;

namespace Appliance.Drivers.Tests.Relay;

/// <summary>A relay under test and the world around it: its twin, its cable, a hand that pulls the plug.</summary>
public abstract class RelayBench : IDisposable
{
    /// <summary>Long: a busy machine must not look like a silent board.</summary>
    protected static readonly TimeSpan Patient = TimeSpan.FromSeconds(20);

    public abstract IFailoverRelay Relay { get; }

    /// <summary>The relays of the twin.</summary>
    public abstract SimulatedContacts Contacts { get; }

    /// <summary>Relays of the twin, from 0, behind which the line is.</summary>
    public virtual int[] Wired => [0];

    public LinePosition Line => Contacts.PositionOf(Wired);

    public virtual bool ReadsBack => true;

    public virtual bool IsShared => false;

    /// <summary>Its place in messages.</summary>
    public abstract string Place { get; }

    /// <summary>Takes the device away; it loses its power.</summary>
    public abstract void Unplug();

    /// <summary>Brings it back, perhaps under another number.</summary>
    public abstract void Plug();

    /// <summary>False: this kind has no permission that could be missing.</summary>
    public virtual bool Forbid() => false;

    public virtual void Dispose()
    {
        Relay.Dispose();
        GC.SuppressFinalize(this);
    }
}
