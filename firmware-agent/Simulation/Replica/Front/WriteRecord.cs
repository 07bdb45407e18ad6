namespace Appliance.Simulation.Replica.Front;

/// <summary>What the checker knows of one write of a user.</summary>
/// <param name="Id">The stamp in its sectors.</param>
/// <param name="First">First sector.</param>
/// <param name="Count">Sectors.</param>
/// <param name="IsZero">It makes zeroes.</param>
/// <param name="Submitted">Moment of the checker's own count of moments.</param>
public sealed record WriteRecord(long Id, long First, int Count, bool IsZero, ulong Submitted)
{
    /// <summary>Not ended.</summary>
    public const ulong Never = ulong.MaxValue;

    /// <summary>When it was answered, or nobody waited for it any more.</summary>
    public ulong Ended { get; set; } = Never;

    /// <summary>It was answered: done.</summary>
    public bool Acked { get; set; }

    /// <summary>A flush, or its own flag, made it safe on the primary.</summary>
    public bool Flushed { get; set; }

    /// <summary>A flush, or its own flag, made it safe against loss of power everywhere.</summary>
    public bool Stable { get; set; }

    /// <summary>Node that answered it.</summary>
    public int Node { get; set; }

    /// <summary>Nodes that had it when it was answered.</summary>
    public int Holders { get; set; }

    /// <summary>Nodes that lost power since it was submitted.</summary>
    public int Lost { get; set; }

    /// <summary>All users' bytes answered before it.</summary>
    public long AnsweredBefore { get; set; }

    /// <summary>What its sectors say.</summary>
    public long Content => IsZero ? 0 : Id;

    /// <summary>It was answered and can be lost all the same: power failed wherever it was.</summary>
    public bool AtRisk => Acked && !Stable && (Holders & ~Lost) == 0;

    public bool Overlaps(long first, long count) => First < first + count && first < First + Count;
}
