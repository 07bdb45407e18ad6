using System.Diagnostics;

namespace Appliance.Drivers.Probes;

/// <summary>A moment after which an answer is of no use any more.</summary>
internal readonly struct Deadline
{
    private readonly long _start;

    private Deadline(TimeSpan span) => (_start, Span) = (Stopwatch.GetTimestamp(), span);

    /// <summary>The whole of it, for words.</summary>
    public TimeSpan Span { get; }

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_start);

    /// <summary>What is left, never negative.</summary>
    public TimeSpan Left => Elapsed < Span ? Span - Elapsed : TimeSpan.Zero;

    public static Deadline After(TimeSpan span) => new(span);
}
