namespace Appliance.Drivers.BlockFront.Nbd;

/// <summary>What is served, as clients hear of it.</summary>
/// <param name="Name">ASCII or UTF-8, short; the empty name means the same export.</param>
/// <param name="Size">Bytes, a multiple of 512.</param>
/// <param name="ReadOnly">Writes are refused.</param>
public sealed record NbdExport(string Name, long Size, bool ReadOnly)
{
    /// <summary>Smallest request a client should send, bytes. Smaller ones are served too.</summary>
    public const uint BlockBytesMin = 512;

    /// <summary>What it should rather send, bytes.</summary>
    public const uint BlockBytesPreferred = 4096;

    /// <summary>A line about it for people.</summary>
    public string Description { get; init; } = "";

    /// <summary>Zeroing is known to be faster than writing.</summary>
    public bool FastZero { get; init; }

    /// <param name="structured">The client takes structured replies.</param>
    public NbdExportFlags Flags(bool structured)
    {
        var flags = NbdExportFlags.HasFlags | NbdExportFlags.MultiConnection | NbdExportFlags.Flush | NbdExportFlags.ForceUnitAccess
            | NbdExportFlags.Cache;
        if (structured) flags |= NbdExportFlags.DontFragment;
        return ReadOnly
            ? flags | NbdExportFlags.ReadOnly
            : flags | NbdExportFlags.Trim | NbdExportFlags.WriteZeroes | NbdExportFlags.FastZero;
    }
}

/// <summary>What client and server have agreed on.</summary>
/// <param name="Structured">Reads are answered in chunks.</param>
/// <param name="Allocation">BLOCK_STATUS may ask for base:allocation.</param>
public readonly record struct NbdSession(bool Structured, bool Allocation);
