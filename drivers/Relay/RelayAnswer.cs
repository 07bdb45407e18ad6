using Appliance.Core.Lines;

namespace Appliance.Drivers.Relay;

/// <summary>What kept a relay from doing what it was asked. A person does something different about each.</summary>
public enum RelayFault : byte
{
    None,

    /// <summary>There is no such device, or the network does not reach it.</summary>
    Missing,

    /// <summary>It is there, and we may not open it, or it refuses our login.</summary>
    Forbidden,

    /// <summary>Another program holds it.</summary>
    Busy,

    /// <summary>It was there a moment ago.</summary>
    Vanished,

    /// <summary>Something else answers at this port. Nothing was switched.</summary>
    WrongDevice,

    /// <summary>It does not answer, or takes nothing, within the deadline.</summary>
    Silent,

    /// <summary>Its answer makes no sense.</summary>
    Garbage,

    /// <summary>It did not stop answering.</summary>
    Endless,

    /// <summary>It says that it cannot or will not.</summary>
    Refused,

    /// <summary>It obeyed, and its contacts are elsewhere.</summary>
    Contradicted,

    /// <summary>The caller gave up.</summary>
    Abandoned,

    /// <summary>What was configured does not fit the device.</summary>
    Misconfigured,
}

/// <summary>How an operation of a relay ended.</summary>
/// <param name="Fault">None: it did what it was asked.</param>
/// <param name="Position">Where the line is now, as far as anybody knows.</param>
/// <param name="Confirmed">The hardware said so itself; otherwise it was only told to.</param>
/// <param name="Words">One sentence: what, where, what was expected and found, and what to do about it.</param>
public sealed record RelayAnswer(RelayFault Fault, LinePosition Position, bool Confirmed, string Words)
{
    public bool IsDone => Fault == RelayFault.None;

    /// <summary>The hardware says where the line is.</summary>
    public static RelayAnswer Seen(LinePosition position, string words) => new(RelayFault.None, position, true, words);

    /// <summary>The hardware was told, and cannot tell.</summary>
    public static RelayAnswer Told(LinePosition position, string words) => new(RelayFault.None, position, false, words);

    /// <summary>It failed; where the line is nobody knows.</summary>
    public static RelayAnswer Failed(RelayFault fault, string words) => new(fault, LinePosition.Unknown, false, words);
}
