using System.Collections.Immutable;

namespace Appliance.Core.Import;

/// <summary>The formats that are read.</summary>
public enum ImportFormat : byte
{
    /// <summary>Not one of them.</summary>
    Unknown,
    HaCf,
    Haresources,
    Authkeys,
    Drbd,
    Asha,
    Redfone,
    Corosync,

    /// <summary>What <c>crm configure show</c> prints.</summary>
    Crm,
}

/// <summary>A file of the old system.</summary>
/// <param name="Path">For messages, and for finding what a file includes.</param>
/// <param name="Bytes">As they are on disk, at most one more than <see cref="ImportLimits.FileBytesMax"/>.</param>
/// <param name="Format">What it is.</param>
public sealed record ImportFile(string Path, ImmutableArray<byte> Bytes, ImportFormat Format)
{
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}
