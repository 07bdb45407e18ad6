using Appliance.Agent.Control;
using Appliance.Core.Replica;

namespace Appliance.Agent.Replica.Control;

/// <summary>One line from client to replica process, on <see cref="ReplicaControl.PathOf"/>.</summary>
/// <param name="Command">One of <see cref="ReplicaCommands"/>.</param>
/// <param name="Order">order: one of <see cref="ReplicaOrderNames"/>.</param>
/// <param name="Arguments">order: null: none. An order refuses arguments that it does not know.</param>
public sealed record ReplicaRequest(string? Command, string? Order = null, ReplicaArguments? Arguments = null);

/// <summary>Arguments of all orders; see <see cref="ReplicaOrder"/> for their meaning. Null is false, 0, or not given.</summary>
/// <param name="Term">primary; 0 or null: by hand.</param>
/// <param name="PeerIsHarmless">primary.</param>
/// <param name="Force">primary.</param>
/// <param name="DiscardMyData">connect.</param>
/// <param name="Peer">invalidate: the peer's data is thrown away instead of ours.</param>
/// <param name="Bytes">resize; 0 or null: as large as both can.</param>
/// <param name="Outdated">peer-fenced.</param>
/// <param name="FrontStays">stop: keep the kernel's device for the next process.</param>
public sealed record ReplicaArguments(
    ulong? Term = null,
    bool? PeerIsHarmless = null,
    bool? Force = null,
    bool? DiscardMyData = null,
    bool? Peer = null,
    long? Bytes = null,
    bool? Outdated = null,
    bool? FrontStays = null);

/// <summary>One line from replica process to client. <c>watch</c> answers with lines until the client closes: each has
/// <paramref name="Watch"/> or <paramref name="News"/>.</summary>
/// <param name="Ok">False: refused, and nothing has changed.</param>
/// <param name="Error">Why, as a sentence.</param>
/// <param name="Text">What was done.</param>
/// <param name="Status">Answer to status.</param>
/// <param name="Process">Answer to status: the process around the engine.</param>
/// <param name="Watch">What a watcher acts on, whole, whenever any of it changes.</param>
/// <param name="News">For the journal and for alarms.</param>
public sealed record ReplicaReply(
    bool Ok,
    string? Error = null,
    string? Text = null,
    ReplicaStatus? Status = null,
    ReplicaProcessStatus? Process = null,
    ReplicaWatch? Watch = null,
    ReplicaNews? News = null)
{
    public static ReplicaReply Refused(string error) => new(false, Error: error);
}

/// <summary>What the agent acts on. Compared by value: a line goes out only when something in it changed.</summary>
/// <param name="Why">Why it is StandAlone or waiting; else empty.</param>
/// <param name="Frozen">Why users' requests wait; empty: they do not.</param>
/// <param name="AskFence">The engine waits to hear whether it may go on without the peer: answer with the order peer-fenced.</param>
/// <param name="Alone">Primary, and writes without the peer having them.</param>
/// <param name="PeerOutdated">The peer is known to have older data, durably noted.</param>
/// <param name="DataBytes">Size of the device.</param>
/// <param name="Device">The link under /dev/appliance while the device is there, the socket of a process that has only that; null: it is
/// not.</param>
/// <param name="Syncing">A resync or a verify runs.</param>
/// <param name="DeviceWaits">A device that an earlier process served waits in the kernel: its users notice nothing.</param>
public sealed record ReplicaWatch(
    string Name,
    ConnectionState Connection,
    ReplicaRole Role,
    ReplicaRole PeerRole,
    DiskState Disk,
    DiskState PeerDisk,
    string Why,
    string Frozen,
    bool AskFence,
    bool Alone,
    bool PeerOutdated,
    bool PeerSeen,
    ulong Term,
    long DataBytes,
    string? Device,
    bool Syncing,
    bool DeviceWaits = false);

/// <summary>Something a person should read.</summary>
public sealed record ReplicaNews(NewsKind Kind, string Text);

/// <summary>The process around the engine.</summary>
/// <param name="Pid">Of the process.</param>
/// <param name="Version">Of the executable.</param>
/// <param name="Loop">uring or pool, and why.</param>
/// <param name="Fronts">Ways into the device that are open now.</param>
/// <param name="Device">The link under /dev/appliance while the device is there; null: it is not.</param>
/// <param name="Requests">Of users, answered since the start.</param>
/// <param name="Turns">Of the engine's thread since the start.</param>
/// <param name="AllocatedBytes">Managed bytes that the engine's thread has allocated since it became ready.</param>
public sealed record ReplicaProcessStatus(
    int Pid, string Version, string Loop, string[] Fronts, string? Device, long Requests, long Turns, long AllocatedBytes);

/// <summary>The words of the protocol.</summary>
public static class ReplicaCommands
{
    /// <summary>One reply with Status and Process.</summary>
    public const string Status = "status";

    /// <summary>One reply when the order is carried out or refused.</summary>
    public const string Order = "order";

    /// <summary>A line at once, and one whenever something changes, until the client closes.</summary>
    public const string Watch = "watch";
}

/// <summary>Where a replica's process listens, and what a client can cost it.</summary>
public static class ReplicaControl
{
    /// <summary>Longest an order may take: a demotion drains and flushes two disks.</summary>
    public static readonly TimeSpan OrderDeadline = TimeSpan.FromSeconds(30);

    /// <summary>Longest silence of a watch: a line comes at least this often.</summary>
    public static readonly TimeSpan WatchPeriod = TimeSpan.FromSeconds(1);

    /// <summary>Where the process of a replica listens unless told otherwise.</summary>
    public static string PathOf(string name) => $"/run/appliance/replica-{name}.sock";

    /// <summary>The device users mount, while this node is primary.</summary>
    public static string DeviceOf(string name) => $"/dev/appliance/{name}";
}

/// <summary>JSON of requests. An unknown field is refused.</summary>
public static class ReplicaRequestJson
{
    public static AgentJson Strict => field ??= AgentJson.Strict(depth: 4);
}

/// <summary>JSON of replies. Unknown fields are ignored, so that an older client reads a newer process. Nulls
/// are written: a status without progress says so.</summary>
public static class ReplicaReplyJson
{
    /// <summary>A line.</summary>
    public static AgentJson Readable => field ??= AgentJson.Readable(depth: 8, nulls: true);
}
