using System.Collections.Immutable;
using Appliance.Core.Cluster;
using Appliance.Core.Time;

namespace Appliance.Core.LinuxHa;

/// <summary>One step: the node as it becomes, and what is to be done.</summary>
internal sealed class HaTurn(HaNode node, Instant now)
{
    private readonly ImmutableArray<HaEffect>.Builder _effects = ImmutableArray.CreateBuilder<HaEffect>();

    public HaNode Node { get; set; } = node;

    public Instant Now { get; } = now;

    public HaPeer Peer => Node.Peer;

    public string PeerName => Node.Settings.PeerName;

    public ImmutableArray<HaEffect> Effects => _effects.ToImmutable();

    public void Do(HaEffect effect) => _effects.Add(effect);

    public void Say(HaSpeech speech) => Do(new HaEffect.Say(speech));

    public void Tell(ReportKind kind, string text) => Do(new HaEffect.Tell(new Report(kind, text)));

    /// <summary>A class of groups for people.</summary>
    public string Words(Holding holding) => holding switch
    {
        Holding.Local => $"the groups that prefer {Node.Settings.OwnName}",
        Holding.Foreign => $"the groups that prefer {PeerName}",
        Holding.All => "all groups",
        _ => "no groups",
    };

    /// <summary>Says what we hold. A standby under way makes it unstable.</summary>
    public void SayHolding(HaInfo info = HaInfo.None) => Say(new HaSpeech(HaKind.Resource)
    {
        Holding = Node.Phase == HaPhase.Leaving ? Holding.None : Node.Ours,
        Info = info,
        IsStable = Node is { Phase: HaPhase.Stable, Handshake: null },
    });

    public void Become(HaPhase phase) => Node = Node with { Phase = phase, PhaseSince = Now, Serial = Node.Serial + 1 };

    /// <summary>Changes what we may run; why is shown to people.</summary>
    public void Hold(Holding ours, string why)
    {
        if (ours == Node.Ours) return;
        Node = Node with { Ours = ours, Why = why, Serial = Node.Serial + 1, VacantSince = null, OverlapSince = null };
    }
}
