using System.Collections.Immutable;

namespace Appliance.Core.Import.Resources;

/// <summary>A resource on its way into the new file. What is null is asked of a person.</summary>
/// <param name="Id">How the old file calls it.</param>
/// <param name="Word">Its type in the new file.</param>
/// <param name="Place">Where it stands.</param>
internal sealed record ResourceDraft(string Id, string Word, Place Place)
{
    /// <summary>Name that it gets in the new file if it is free.</summary>
    public string Name { get; init; } = "";

    /// <summary>ip: the address; source-route: the source.</summary>
    public string Address { get; init; } = "";

    /// <summary>Bits; 0: not said.</summary>
    public int PrefixLength { get; init; }

    /// <summary>Empty: not said.</summary>
    public string Interface { get; init; } = "";

    public bool SourceRoute { get; init; }

    /// <summary>mount: the old device; tdm: what kind ("fonebridge" or "rhino-1spf").</summary>
    public string Device { get; init; } = "";

    public string Directory { get; init; } = "";

    public string FsType { get; init; } = "";

    public string Options { get; init; } = "";

    public ImmutableArray<string> Paths { get; init; } = [];

    public string Unit { get; init; } = "";

    public string Script { get; init; } = "";

    /// <summary>exec: the words before start, stop and status.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    public string Agent { get; init; } = "";

    public ImmutableArray<(string Key, string Value)> Parameters { get; init; } = [];

    /// <summary>replica: the name of DRBD's resource.</summary>
    public string Replica { get; init; } = "";

    /// <summary>TOML of the probe; empty: none.</summary>
    public string Probe { get; init; } = "";

    /// <summary>Durations by key of the new file.</summary>
    public ImmutableArray<(string Key, string Value)> Times { get; init; } = [];

    /// <summary>Restarts before the group moves; -1: not said.</summary>
    public int RestartsMax { get; init; } = -1;

    /// <summary>Window of the restarts; empty: not said.</summary>
    public string RestartsWithin { get; init; } = "";

    /// <summary>A sentence for the new file.</summary>
    public string Comment { get; init; } = "";

    /// <summary>Ids of the resources that are started before it.</summary>
    public ImmutableArray<string> After { get; init; } = [];
}

/// <summary>What moved together.</summary>
/// <param name="Name">Of the old configuration; empty: it had none.</param>
/// <param name="Preferred">Node; empty: none.</param>
/// <param name="Resources">In an order in which they can be started.</param>
internal sealed record GroupFact(string Name, string Preferred, ImmutableArray<ResourceDraft> Resources, Place Place)
{
    /// <summary>Whether it went back to its preferred node by itself; null: the file does not say.</summary>
    public bool? FailsBack { get; init; }
}
