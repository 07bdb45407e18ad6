using Appliance.Core.Cluster;

namespace Appliance.Core.LinuxHa;

/// <summary>Groups change hands by agreement: Heartbeat's hb_standby, in both directions, and hb_takeover.</summary>
internal static class Standbys
{
    /// <summary>A wish that nobody answers is dropped, as in Heartbeat.</summary>
    private static readonly TimeSpan AssentBound = TimeSpan.FromSeconds(10);

    /// <summary>Starting and stopping may take long; a node that dies meanwhile is noticed anyway. Heartbeat's bound.</summary>
    private static readonly TimeSpan WorkBound = TimeSpan.FromHours(1);

    /// <summary>A message <c>ask_resources</c>.</summary>
    public static void Hear(HaTurn turn, in HaMessage message)
    {
        switch (message.Info)
        {
            case HaInfo.Me: HearWish(turn, message.Holding); break;
            case HaInfo.Assent: HearAssent(turn); break;
            case HaInfo.Done: HearDone(turn); break;
        }
    }

    /// <summary>The other node wants groups of ours: we ask it whether it will take them, as if an operator had said so here.</summary>
    public static void HearTakeover(HaTurn turn, in HaMessage message)
    {
        var wanted = message.Holding.Mirror() & turn.Node.Ours;
        if (wanted == Holding.None || !MayBegin(turn)) return;
        Ask(turn, wanted, $"{turn.PeerName} asks for {turn.Words(wanted)}");
    }

    /// <summary>Begins what an operator wants, or what a failed group needs.</summary>
    public static void Begin(HaTurn turn)
    {
        if (!MayBegin(turn) || turn.Now < turn.Node.AskNotBefore) return;
        var standing = turn.Node.Standing;
        var held = turn.Node.Ours;
        var failed = standing.Where(one => one.IsFailed) & held;
        var wished = standing.Where(one => one.IsWished);
        if (standing.Standby && held != Holding.None) Ask(turn, held, "standby was ordered");
        else if (failed != Holding.None) Ask(turn, failed, "a group failed on this node");
        else if ((wished & held) != Holding.None) Ask(turn, wished & held, "switchover was ordered");
        else if ((wished & ~held) is not Holding.None and var wanted && turn.Peer.Claims(wanted) && Claims.MayTake(turn, wanted))
        {
            turn.Node = turn.Node with { AskNotBefore = turn.Now + AssentBound };
            turn.Say(new HaSpeech(HaKind.Takeover) { Holding = wanted });
            turn.Tell(ReportKind.Command, $"asking {turn.PeerName} for {turn.Words(wanted)}");
        }
    }

    /// <summary>Goes on with what is under way.</summary>
    public static void Advance(HaTurn turn)
    {
        var node = turn.Node;
        switch (node.Handshake)
        {
            case Handshake.Asked asked when turn.Now - asked.Since >= AssentBound:
                turn.Node = node with { Handshake = null, AskNotBefore = turn.Now + AssentBound };
                turn.Tell(ReportKind.Alarm, $"{turn.PeerName} did not agree to take {turn.Words(asked.Class)} within "
                    + $"{AssentBound.TotalSeconds:0} s: they stay here");
                turn.SayHolding();
                break;
            case Handshake.Releasing releasing when node.IsFollowed && node.Standing.All(releasing.Class, one => one.IsStopped):
                turn.Node = node with { Handshake = new Handshake.Given(releasing.Class, turn.Now) };
                turn.Say(new HaSpeech(HaKind.AskResources) { Holding = releasing.Class, Info = HaInfo.Done });
                break;
            case Handshake.Given given when turn.Peer.IsReady && turn.Peer.Claims(given.Class):
                Finish(turn);
                break;
            case Handshake.Given given when turn.Now - given.Since >= WorkBound:
            case Handshake.Agreed agreed when turn.Now - agreed.Since >= WorkBound:
                turn.Tell(ReportKind.Alarm, $"{turn.PeerName} did not finish the standby within {WorkBound.TotalHours:0} h: it is "
                    + "given up");
                Finish(turn);
                break;
            case Handshake.Agreed agreed when turn.Now - agreed.Since >= AssentBound * 2 && turn.Peer.IsReady
                && turn.Peer.Claims(agreed.Class):
                turn.Tell(ReportKind.Command, $"{turn.PeerName} kept its groups after all");
                Finish(turn);
                break;
            case Handshake.Taking taking when node.IsFollowed && IsTaken(node.Standing, taking.Class):
                turn.Say(new HaSpeech(HaKind.AskResources) { Holding = taking.Word, Info = HaInfo.Done });
                Finish(turn);
                break;
        }
    }

    private static bool IsTaken(HaStanding standing, Holding taken) => standing.All(taken, one => one.IsStarted || one.IsFailed);

    /// <summary>Heartbeat refuses standbys while either side is unstable.</summary>
    private static bool MayBegin(HaTurn turn) =>
        turn.Node is { Phase: HaPhase.Stable, Handshake: null, IsFollowed: true, Standing.Maintenance: false } && turn.Peer.IsReady;

    private static void Ask(HaTurn turn, Holding wanted, string why)
    {
        turn.Node = turn.Node with { Handshake = new Handshake.Asked(wanted, turn.Now) };
        turn.Say(new HaSpeech(HaKind.AskResources) { Holding = wanted, Info = HaInfo.Me });
        turn.Tell(ReportKind.Command, $"{why}: asking {turn.PeerName} to take {turn.Words(wanted)}");
    }

    private static void HearWish(HaTurn turn, Holding word)
    {
        var wanted = word.Mirror();
        var mayAgree = turn.Node is { Phase: HaPhase.Stable, Handshake: null } && turn.Node.IsFollowed && !turn.Peer.IsLeaving
            && Claims.MayTake(turn, wanted);
        if (!mayAgree)
        {
            turn.Tell(ReportKind.Command, $"{turn.PeerName} wants to give {turn.Words(wanted)} to this node, which cannot take "
                + "them now: it gets no answer");
            return;
        }

        turn.Node = turn.Node with { Handshake = new Handshake.Agreed(wanted, word, turn.Now) };
        turn.Say(new HaSpeech(HaKind.AskResources) { Holding = word, Info = HaInfo.Assent });
        turn.Tell(ReportKind.Command, $"{turn.PeerName} gives {turn.Words(wanted)} to this node");
    }

    private static void HearAssent(HaTurn turn)
    {
        if (turn.Node.Handshake is not Handshake.Asked asked) return;
        turn.Node = turn.Node with { Handshake = new Handshake.Releasing(asked.Class) };
        turn.Hold(turn.Node.Ours & ~asked.Class, $"given to {turn.PeerName} in a standby");
        turn.SayHolding(HaInfo.Standby);
    }

    private static void HearDone(HaTurn turn)
    {
        switch (turn.Node.Handshake)
        {
            case Handshake.Agreed agreed:
                turn.Node = turn.Node with { Handshake = new Handshake.Taking(agreed.Class, agreed.Word) };
                turn.Hold(turn.Node.Ours | agreed.Class, $"{turn.PeerName} gave the groups to this node in a standby");
                break;
            case Handshake.Given:
                Finish(turn);
                break;
        }
    }

    private static void Finish(HaTurn turn)
    {
        turn.Node = turn.Node with { Handshake = null, AskNotBefore = turn.Now };
        turn.SayHolding();
    }
}
