using Appliance.Core.Fences;
using Appliance.Core.Health;
using Appliance.Core.Resources;
using Appliance.Core.Time;

namespace Appliance.Core.Cluster;

/// <summary>Everything that can happen to a node.</summary>
public abstract record Event
{
    private Event()
    {
    }

    /// <summary>An authentic, not replayed heartbeat arrived on a link at <paramref name="At"/> (the receive thread's clock).</summary>
    /// <param name="Link">Link number.</param>
    /// <param name="Fresh">It echoes something we said within the last moments: it cannot be a recording.</param>
    public sealed record Heard(int Link, Heartbeat Heartbeat, Instant At, bool Fresh) : Event;

    /// <summary>The witness answered.</summary>
    public sealed record WitnessHeard(Heartbeat Heartbeat, Instant At, bool Fresh) : Event;

    /// <summary>A link's interface or device came or went. <paramref name="Reason"/> is empty when it is usable.</summary>
    public sealed record LinkUsable(int Link, bool Usable, string Reason) : Event;

    /// <summary>A ping reference answered.</summary>
    public sealed record PingAnswered(int Ping, Instant At) : Event;

    public sealed record Tick : Event;

    /// <summary><see cref="Effect.Persist"/> is on stable storage, or could not be written (reason).</summary>
    public sealed record Persisted(ulong Serial, string? Error) : Event;

    /// <summary>Answer to <see cref="Effect.AskAddress"/>.</summary>
    public sealed record AddressAnswered(int Group, ulong Token, AddressAnswer Answer, string Detail) : Event;

    /// <summary>Something happened to a resource of a group.</summary>
    public sealed record Resource(int Group, ResourceEvent What) : Event;

    /// <summary>The replica of a group stands thus on this node.</summary>
    /// <param name="AskFence">It holds users' writes until the peer is known to be harmless.</param>
    public sealed record DataChanged(int Group, DataStanding Standing, bool AskFence = false, bool Connected = false) : Event;

    /// <summary>The telephone lines of a group are somewhere else now, or it is known now where they are.</summary>
    /// <param name="Why">How that is known, in words.</param>
    /// <param name="Broken">Hardware of this node does not do what it is told.</param>
    /// <param name="Apart">Every line is known, but they are not at one node: they are being moved, which is no alarm.</param>
    public sealed record LineChanged(int Group, LineStanding Line, string Why, bool Broken, bool Apart = false) : Event;

    /// <summary>Another look at this machine: disk, memory, temperature and the like.</summary>
    public sealed record HealthRead(NodeHealth Health) : Event;

    /// <summary>The peer is confirmed off by a fence device.</summary>
    public sealed record PeerFenced(string Device) : Event;

    /// <summary>Answer to <see cref="Effect.FencePeer"/>.</summary>
    /// <param name="Device">That confirmed; empty when none did.</param>
    /// <param name="Words">How each of them failed.</param>
    public sealed record FenceAnswered(ulong Token, string Device, FenceOutcome Outcome, string Words) : Event;

    /// <summary>Wall-clock window of <c>failback = "daily …"</c> opened or closed; decided by the shell, which owns wall time.</summary>
    public sealed record FailbackWindow(int Group, bool Open) : Event;

    /// <summary>The pair speaks Heartbeat's protocol, and this is what it has come to.</summary>
    public sealed record PairDecided(RuledPair View) : Event;

    /// <summary>An operator's command.</summary>
    public sealed record Commanded(Command Command) : Event;
}

/// <summary>What the LAN said when asked who has a service address.</summary>
public enum AddressAnswer : byte
{
    /// <summary>Nobody answered within the bound.</summary>
    Nobody,

    /// <summary>Somebody did: its kernel lives.</summary>
    Somebody,

    /// <summary>The question could not be put: interface missing or without carrier.</summary>
    CannotAsk,
}

/// <summary>An operator's command, after the control socket checked who asks.</summary>
public abstract record Command
{
    private Command()
    {
    }

    /// <summary>Take this node out of service: groups go to the peer if it is fit, else they stop (the answer says which).</summary>
    public sealed record Standby : Command;

    public sealed record Online : Command;

    /// <summary>Move a group by agreement to the other node.</summary>
    public sealed record Switchover(string Group) : Command;

    /// <summary>Hands off for at most this long; null ends it.</summary>
    public sealed record Maintenance(TimeSpan? For) : Command;

    public sealed record RestartResource(string Group, string Resource) : Command;

    /// <summary>Forget failures of a resource (null: all of the group).</summary>
    public sealed record Cleanup(string Group, string? Resource) : Command;

    /// <summary>An operator has switched the other node off and says so.</summary>
    public sealed record ConfirmFenced(string Node) : Command;

    /// <summary>The agent is asked to end. Without <paramref name="KeepResources"/> everything is handed over or stopped first.</summary>
    public sealed record Stop(bool KeepResources) : Command;
}
