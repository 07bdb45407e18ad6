using System.Collections.Immutable;
using Appliance.Core.FoneBridge;
using Appliance.Core.Import.Resources;

namespace Appliance.Core.Import.Merge;

/// <summary>A value of the new file, or what is known of it when a person has to fill it in.</summary>
/// <param name="Value">Null: to be filled in.</param>
/// <param name="Hint">Why it is missing, or what speaks for several values; a place where it stands.</param>
internal sealed record Filled(string? Value, string Hint);

/// <param name="Addresses">By node; default: to be filled in.</param>
internal sealed record LinkDraft(LinkFact Fact, string Name, string Interface, ImmutableArray<string> Addresses, string Hint);

/// <param name="Addresses">ADDRESS:PORT by node; default: to be filled in.</param>
internal sealed record ReplicaDraft(
    string Name, string Disk, string Metadata, ImmutableArray<string> Addresses,
    ImmutableArray<(string Key, string Toml, string Comment)> Keys, string Hint, Place Place);

/// <param name="Failback">In the words of the new file.</param>
internal sealed record GroupDraft(
    string Name, string Preferred, string Failback, string Hint, ImmutableArray<ResourceDraft> Resources, Place Place);

/// <param name="Name">Of the section.</param>
/// <param name="Node">Empty: to be filled in.</param>
/// <param name="PasswordFile">Empty: none.</param>
internal sealed record FenceDraft(string Name, string Node, string PasswordFile, FenceFact Fact);

/// <summary>A telephone-line device.</summary>
/// <param name="Driver">"fonebridge" or "rhino-1spf".</param>
/// <param name="Config">Of a bridge, if its file could be read.</param>
/// <param name="Interface">Of a bridge; empty: to be filled in.</param>
internal sealed record DeviceDraft(
    string Name, string Driver, BridgeConfig? Config, string Interface, string Port, string Node, Place Place);

/// <summary>The pair as all files together say it: what the new file is written from.</summary>
internal sealed record PairDraft(
    Filled Cluster,
    ImmutableArray<Filled> Nodes,
    ImmutableArray<(string Key, string Value, string Hint)> Times,
    string StopFailureBound,
    ImmutableArray<LinkDraft> Links,
    ImmutableArray<PingFact> Pings,
    TimeSpan PingTime,
    (string Device, string Timeout, Place Place)? Watchdog,
    ImmutableArray<ReplicaDraft> Replicas,
    ImmutableArray<GroupDraft> Groups,
    ImmutableArray<DeviceDraft> Devices,
    ImmutableArray<FenceDraft> Fences,
    ImmutableArray<AlertFact> Alerts);
