using System.Collections.Immutable;

namespace Appliance.Core.Import.Drbd;

/// <summary>One end of a replica.</summary>
/// <param name="Node">Empty: a floating address.</param>
/// <param name="Address">Canonical; empty: not said.</param>
/// <param name="Disk">Empty: not said.</param>
/// <param name="MetaDisk">"internal", a path, or empty.</param>
/// <param name="Minor">Number of the block device; -1: not said.</param>
internal sealed record ReplicaEnd(string Node, string Address, int Port, string Disk, string MetaDisk, int Minor, Place Place);

/// <summary>A resource of DRBD's.</summary>
/// <param name="Keys">Of the new section, in TOML, with a comment or without.</param>
internal sealed record ReplicaFact(
    string Name, ImmutableArray<ReplicaEnd> Ends, ImmutableArray<(string Key, string Toml, string Comment)> Keys, Place Place)
{
    public int Minor => Ends.Select(end => end.Minor).Prepend(-1).Max();
}
