using Appliance.Core.Replica;
using Appliance.Core.Resources;

namespace Appliance.Core.Cluster;

/// <summary>What the shell must do, in this order. Persist comes before what depends on it because the machine waits for <see
/// cref="Event.Persisted"/>.</summary>
public abstract record Effect
{
    private Effect()
    {
    }

    /// <summary>Write and fsync, then answer <see cref="Event.Persisted"/> with the serial.</summary>
    public sealed record Persist(ulong Serial, DurableState State) : Effect;

    /// <summary>The facts we speak changed: send a heartbeat now, do not wait for the keepalive.</summary>
    public sealed record SpeakNow : Effect;

    /// <summary>Ask the LAN who has the group's service addresses; answer <see cref="Event.AddressAnswered"/> with the token.</summary>
    public sealed record AskAddress(int Group, ulong Token) : Effect;

    /// <summary>Announce the group's addresses again (gratuitous ARP, unsolicited NA).</summary>
    public sealed record Reannounce(int Group) : Effect;

    public sealed record Resource(int Group, ResourceEffect What) : Effect;

    /// <summary>Pass an order to the group's replica. It may be lost; it is repeated while it is needed.</summary>
    public sealed record OrderReplica(int Group, ReplicaOrder Order) : Effect;

    /// <summary>Reset this machine now: a resource would not stop (rule 8).</summary>
    public sealed record FenceSelf(string Reason) : Effect;

    /// <summary>Switch the peer off, by its devices in their order, and answer <see cref="Event.FenceAnswered"/> with the token.</summary>
    public sealed record FencePeer(ulong Token, string Why) : Effect;

    /// <summary>Switch the peer on again, by the device that switched it off. Nobody waits for it.</summary>
    public sealed record RestorePeer(string Device) : Effect;

    /// <summary>All is stopped and spoken: send goodbye on all links and end the process.</summary>
    public sealed record Leave(bool ResourcesStay) : Effect;

    public sealed record Tell(Report Report) : Effect;
}
