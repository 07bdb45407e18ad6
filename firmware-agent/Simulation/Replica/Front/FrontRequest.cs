using Appliance.Core.Replica;
using Appliance.Core.Time;

namespace Appliance.Simulation.Replica.Front;

/// <summary>One request of a user, from the first asking to its answer; a process may die in between and be asked again.</summary>
public sealed class FrontRequest
{
    public required BlockKind Kind { get; init; }

    /// <summary>First sector.</summary>
    public required long First { get; init; }

    /// <summary>Sectors.</summary>
    public required int Count { get; init; }

    public required bool Fua { get; init; }

    /// <summary>Moment of the ledger at which it was asked first.</summary>
    public required ulong Asked { get; init; }

    public required Instant AskedAt { get; init; }

    /// <summary>Of Write, WriteZeroes and Discard.</summary>
    public WriteRecord? Write { get; init; }

    /// <summary>Slot of the process that has it now.</summary>
    public int Buffer { get; set; } = BlockBuffers.None;

    public override string ToString() => Kind == BlockKind.Flush
        ? "Flush"
        : $"{Kind}{(Write is null ? "" : $" {Write.Id}")}{(Fua ? " FUA" : "")} of sectors {First}+{Count}";
}
