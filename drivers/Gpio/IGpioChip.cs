namespace Appliance.Drivers.Gpio;

/// <summary>
/// A chip with lines that are driven or watched one by one. A line belongs to whoever asked for it until it is disposed. What the world
/// does is a <see cref="GpioFault"/> with words: no such line, in use by whom, no permission, chip gone.
/// </summary>
public interface IGpioChip : IDisposable
{
    /// <summary>For messages: device and label.</summary>
    string Name { get; }

    /// <summary>Lines are numbered from 0 to one less.</summary>
    int Lines { get; }

    /// <summary>Drives a line.</summary>
    /// <param name="offset">Number of the line.</param>
    /// <param name="value">From the first moment; true is active.</param>
    /// <param name="activeLow">Active is the low level.</param>
    IGpioLine Output(int offset, bool value, bool activeLow = false);

    /// <summary>Watches a line.</summary>
    /// <param name="offset">Number of the line.</param>
    /// <param name="edge">Changes that <see cref="IGpioLine.WaitEdge"/> reports.</param>
    /// <param name="activeLow">Active is the low level; edges are turned with it.</param>
    /// <param name="debounce">Changes shorter than this did not happen.</param>
    IGpioLine Input(int offset, GpioEdge edge, bool activeLow = false, TimeSpan debounce = default);

    /// <summary>Takes a line without changing its direction or level, to see what it is at.</summary>
    IGpioLine Look(int offset, bool activeLow = false);
}

/// <summary>Changes of a line that are reported.</summary>
[Flags]
public enum GpioEdge : byte
{
    None = 0,

    /// <summary>To active.</summary>
    Rising = 1,

    /// <summary>From active.</summary>
    Falling = 2,
    Both = Rising | Falling,
}

/// <summary>A change of a line.</summary>
/// <param name="IsRising">To active.</param>
/// <param name="At">When, on the kernel's monotonic clock.</param>
/// <param name="Sequence">Counts the line's changes from 1; a gap: some were lost because nobody fetched them.</param>
public readonly record struct GpioEvent(bool IsRising, TimeSpan At, uint Sequence);

/// <summary>A line that was asked for. One thread uses it.</summary>
public interface IGpioLine : IDisposable
{
    /// <summary>True: active. Only an output can be set; of an output it is the level the chip reports.</summary>
    /// <exception cref="GpioFault">The chip is gone, or refuses.</exception>
    bool Value { get; set; }

    /// <summary>Waits for a change; changes that have queued up come one by one, the oldest first.</summary>
    /// <param name="timeout">Zero: only what is there.</param>
    /// <param name="happened">The change.</param>
    /// <returns>False when nothing changed in time.</returns>
    /// <exception cref="GpioFault">The chip is gone.</exception>
    bool WaitEdge(TimeSpan timeout, out GpioEvent happened);
}

/// <summary>What a chip, or the kernel for it, refuses.</summary>
/// <param name="error">errno, to tell the kinds apart.</param>
/// <param name="words">For a person.</param>
public sealed class GpioFault(int error, string words) : IOException(words)
{
    public int Error => error;
}
