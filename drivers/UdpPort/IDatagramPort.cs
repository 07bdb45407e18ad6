using Appliance.Drivers.Interop;

namespace Appliance.Drivers.UdpPort;

/// <summary>One end of a path for datagrams. Nothing waits, nothing allocates, nothing throws for what the network does.</summary>
public interface IDatagramPort : IDisposable
{
    /// <summary>Descriptor that polls readable while <see cref="Receive"/> has something.</summary>
    int Fd { get; }

    /// <summary>Sends one datagram to where the port leads; a listening port answers whoever was received last.</summary>
    Transfer Send(ReadOnlySpan<byte> datagram);

    /// <summary>Takes one datagram. Of one that is longer than the room the rest is lost and <see cref="Transfer.Count"/> is its real
    /// length.</summary>
    Transfer Receive(Span<byte> room);

    /// <summary>Looks whether the path can carry anything now. May allocate and take its time: not for the timing thread.</summary>
    PortHealth Examine();
}

/// <summary>What a look at a port found.</summary>
/// <param name="Problem">Why nothing passes, in words; empty: nothing is known to be wrong.</param>
/// <param name="Stale">The port will not recover: close it and open another.</param>
public readonly record struct PortHealth(string Problem, bool Stale)
{
    public static PortHealth Good => new("", false);
}
