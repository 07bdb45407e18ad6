using Appliance.Core.Lines;

namespace Appliance.Drivers.Relay;

/// <summary>What is known of a relay before it is asked anything.</summary>
/// <param name="ReadsBack">It can tell where its contacts are; where not, <see cref="IFailoverRelay.Read"/> answers
/// <see cref="LinePosition.Unknown"/>.</param>
/// <param name="WithoutPower">Where the line is when the relay has no power.</param>
/// <param name="Shared">Both nodes can command it.</param>
public sealed record RelayTraits(bool ReadsBack, LinePosition WithoutPower, bool Shared);

/// <summary>
/// A switch of telephone lines between two nodes. One thread uses it; nothing is switched by opening it. A device that vanishes is looked
/// for again, by its stable name, at the next call. What the world does is an answer with words, never an exception. Every call ends
/// within the device's deadline and a moment.
/// </summary>
public interface IFailoverRelay : IDisposable
{
    /// <summary>May become more certain with the first answer: some boards read back, and others of the same name do not.</summary>
    RelayTraits Traits { get; }

    /// <summary>Puts the line there, and makes sure where the hardware can tell.</summary>
    /// <param name="position">A or B.</param>
    /// <param name="abandon">Gives up early; where the contacts then are is unknown.</param>
    RelayAnswer Set(LinePosition position, CancellationToken abandon);

    /// <summary>Asks where the line is. Switches nothing, except that a device of this node alone that was away since it was last set is
    /// put back to where it was set: without power it fell to B.</summary>
    RelayAnswer Read(CancellationToken abandon);

    /// <summary>Brings the device to a known state after a fault: opens it anew, uses its own reset command where it has one, and puts
    /// the line at B.</summary>
    RelayAnswer Reset(CancellationToken abandon);
}
