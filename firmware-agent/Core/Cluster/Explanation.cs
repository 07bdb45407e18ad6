using System.Collections.Immutable;
using System.Globalization;
using Appliance.Core.Configuration;
using Appliance.Core.Resources;
using Words = Appliance.Core.Configuration.Schema.Words;

namespace Appliance.Core.Cluster;

/// <summary>
/// Answers "why is it where it is, and what would move it" from the same facts, and by the same functions, that decide: an explanation
/// that reasons for itself would one day tell something else than what happens.
/// </summary>
public static class Explanation
{
    public static GroupExplanation Of(in Situation now)
    {
        var (here, there) = (now.Group.Role, now.PeerHolds);
        var servedBy = here.Holds() ? now.Node.NodeName : there ? now.Node.PeerName : null;
        var term = servedBy is not null && !here.Holds() ? now.PeerFacts.Vote.Term : now.Group.Vote.Term;
        return new GroupExplanation(now.Config.Name, servedBy, term, Why(now), [Own(now), Peer(now)], Next(now));
    }

    private static ImmutableArray<string> Why(in Situation now)
    {
        var why = ImmutableArray.CreateBuilder<string>();
        why.Add($"{now.Node.NodeName} is {now.Group.Role}: {now.Group.Why}");
        if (now.Peer.Alive) why.Add($"{now.Node.PeerName} says that it is {now.PeerFacts.Role}");
        else if (now.Peer.State == PeerState.Left) why.Add($"{now.Node.PeerName} said goodbye");
        else why.Add(now.Peer.Known ? $"{now.Node.PeerName} is silent" : $"{now.Node.PeerName} was never heard since this agent started");
        if (now.Config.Preferred < 0)
            why.Add("no node is preferred: whoever serves stays, and when nobody does the better score decides");
        else if (now.Config.Preferred != Holder(now)) why.Add(Failback(now));
        return why.ToImmutable();
    }

    /// <summary>Number of the node that holds the group, -1: none.</summary>
    private static int Holder(in Situation now) => now.Group.Role.Holds() ? now.Me : now.PeerHolds ? now.Them : -1;

    private static string Failback(in Situation now)
    {
        var preferred = now.Node.Config.Nodes[now.Config.Preferred];
        return now.Config.Failback switch
        {
            FailbackConfig.Never => $"preferred is {preferred}, but failback is \"never\": only a person moves it back "
                + $"(appliance switchover {now.Config.Name})",
            FailbackConfig.After after => $"preferred is {preferred}: it gets the group back after it was fit for {Words.Of(after.Stable)}"
                + FitFor(now),
            FailbackConfig.WhenSynced => $"preferred is {preferred}: it gets the group back when its data is UpToDate and it was fit for "
                + Words.Of(Cluster.Failback.SyncedStable) + FitFor(now),
            FailbackConfig.Daily daily => string.Create(CultureInfo.InvariantCulture,
                $"preferred is {preferred}: it gets the group back between {daily.From:HH\\:mm} and {daily.To:HH\\:mm}{FitFor(now)}"),
            _ => throw new InvariantException($"nobody explains {now.Config.Failback}"),
        };
    }

    /// <summary>Only the preferred node knows since when it is fit.</summary>
    private static string FitFor(in Situation now) => now.Config.Preferred != now.Me ? ""
        : now.Group.FitSince is not { } since ? "; it is not fit now"
        : string.Create(CultureInfo.InvariantCulture, $"; it is for {(now.Now - since).TotalSeconds:0} s");

    private static NodeExplanation Own(in Situation now)
    {
        var obstacle = Fitness.Obstacle(now);
        return new NodeExplanation(
            now.Node.NodeName, now.Group.Role, obstacle.Length == 0, Fitness.Score(now),
            obstacle.Length > 0 ? [obstacle] : Fitness.Lessens(now));
    }

    private static NodeExplanation Peer(in Situation now)
    {
        if (!now.Peer.Alive) return new NodeExplanation(now.Node.PeerName, null, null, null, []);
        var (said, facts) = (now.Peer.Last, now.PeerFacts);
        var reasons = ImmutableArray.CreateBuilder<string>();
        if (said.Flags.HasFlag(NodeFlags.Standby)) reasons.Add("it is in standby (appliance online there ends it)");
        if (said.Flags.HasFlag(NodeFlags.Isolated)) reasons.Add("it is cut off from every reference");
        if (said.Flags.HasFlag(NodeFlags.Starting)) reasons.Add("it has just started");
        if (said.PingsSeen < said.PingsKnown) reasons.Add($"it sees {said.PingsSeen} of {said.PingsKnown} ping references");
        if (facts.Role == Role.Failed) reasons.Add($"the group failed there (appliance cleanup {now.Config.Name} there forgets it)");
        if (now.Group.Replica.Configured && !facts.Data.IsGood()) reasons.Add($"its data is {facts.Data}");
        if (reasons.Count == 0 && (!facts.Fit || facts.Score < 1000))
            reasons.Add($"it does not say why in its heartbeats: appliance explain {now.Config.Name} there does");
        return new NodeExplanation(now.Node.PeerName, facts.Role, facts.Fit, facts.Score, reasons.ToImmutable());
    }

    private static ImmutableArray<string> Next(in Situation now)
    {
        if (now.Maintenance) return ["maintenance is on: nothing is started, stopped or moved until it ends (appliance maintenance off)"];
        if (now.Group.Role.Holds()) return Kept(now);
        if (now.PeerHolds) return Guarded(now);
        return (now.Node.Timing.LinuxHa ? Ruled.Decide(now, default, "") : Election.Decide(now)) switch
        {
            Move.Stay stay => [$"nobody serves it: {stay.Why}"],
            Move.Ask ask => [$"nobody serves it yet: {ask.Why}"],
            Move.Cast cast => [$"nobody serves it yet: {cast.Why}"],
            Move.Promote promote => [$"{now.Node.NodeName} takes it now: {promote.Why}"],
            Move.FencePeer fence => [$"nobody serves it yet: {fence.Why}"],
            Move.Retry retry => [$"{now.Node.NodeName} tries it now: {retry.Why}"],
            var other => [$"{other}"],
        };
    }

    /// <summary>Held here.</summary>
    private static ImmutableArray<string> Kept(in Situation now)
    {
        var (me, peer, next) = (now.Node.NodeName, now.Node.PeerName, ImmutableArray.CreateBuilder<string>());
        var (condition, reason) = GroupResources.Condition(now.Group.Resources);
        if (now.Group.Role is Role.Deactivating or Role.Fencing) return [$"{me} lets it go: {now.Group.Why}"];
        var move = now.Node.Timing.LinuxHa ? Ruled.Decide(now, condition, reason) : Tenure.Decide(now, condition, reason);
        if (move is Move.Release release) next.Add($"{me} lets it go now: {release.Why}");
        next.Add(now.PeerFit
            ? $"if {me} dies, or a resource fails more often than its restarts allow, {peer} takes over"
            : now.Peer.Alive ? $"{peer} could not take it over now: nothing would serve it if {me} failed"
            : $"{peer} is not heard: nothing would serve it if {me} failed");
        if (now.Node.Health.IsCritical)
            next.Add(now.Node.Config.Health.MovesAway
                ? $"{me} is critical: it gives the group away when {peer} is fit and better for {Words.Of(now.Node.Config.Health.Settle)}"
                : $"{me} is critical, and stays: [health] on-critical is \"stay\"");
        if (now.ReferencesKnown)
            next.Add(now.Node.Config.Policy.OnIsolation == IsolationPolicy.Release
                ? $"if {me} hears neither {peer} nor any reference, it stops the group (on-isolation = \"release\")"
                : $"if {me} hears neither {peer} nor any reference, it goes on (on-isolation = \"stay\")");
        return next.ToImmutable();
    }

    /// <summary>Held by the peer.</summary>
    private static ImmutableArray<string> Guarded(in Situation now)
    {
        var (me, peer) = (now.Node.NodeName, now.Node.PeerName);
        if (Fitness.Obstacle(now) is { Length: > 0 } obstacle)
            return [$"{me} could not take it over from {peer} now: {obstacle}"];
        var deadtime = Words.Of(now.Node.Timing.Deadtime);
        var proof = new List<string>();
        if (now.Node.Config.FencesOf(now.Them).Any())
            proof.Add($"a fence device ({string.Join(", ", now.Node.Config.FencesOf(now.Them).Select(fence => fence.Name))}) confirms that "
                + $"{peer} is off");
        else if (now.HasAddress && !now.Node.Timing.LinuxHa) proof.Add("nobody on the LAN answers for the service address");
        if (now.Node.Config.Witness is not null) proof.Add("the witness agrees, if it answers");
        else if (now.ReferencesKnown) proof.Add("a ping reference answers");
        return [$"if {peer} is silent on all links for {deadtime}, {me} takes over"
            + (proof.Count > 0 ? $" when {string.Join(", and ", proof)}" : ""),
            $"a person can move it: appliance switchover {now.Config.Name}"];
    }
}
