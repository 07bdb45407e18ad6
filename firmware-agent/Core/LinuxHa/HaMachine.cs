using System.Collections.Immutable;
using Appliance.Core.Cluster;
using Appliance.Core.Time;

namespace Appliance.Core.LinuxHa;

/// <summary>
/// A node of a Heartbeat pair in haresources mode with <c>auto_failback off</c>: joins, learns who holds what, takes from a node that is
/// dead or has left, and changes hands by a standby. No clock, socket, file or thread: the same inputs give the same outputs. The shell
/// feeds every event and a tick at <see cref="HaNode.SpeakAt"/> and each <see cref="TickAtLeast"/>, and performs the effects in order.
/// </summary>
public static class HaMachine
{
    //        other node heard,             it says what it holds and is stable, it is dead,
    //        or dead (initdead)            or 10 s are over
    //   Up ──────────────────▶ Starting ────────────────────────────────────────▶ Stable ───────────────▶ Leaving
    //                                                                               │ ▲    agent ends
    //                                                       dead or left: take all ─┤ │
    //                                              nobody has our local ones: take ─┤ │
    //                                         both hold: one of the two lets go ────┘ │
    //                                                                                 │
    //   a standby, Stable only:                                                       │
    //     we want to give   ──▶ Asked ──assent──▶ Releasing ──stopped──▶ Given ──done─┤   no assent in 10 s: as if never asked
    //     the other wants to ─▶ Agreed ──done──▶ Taking ──started or failed───────────┘   other node dies: take all

    /// <summary>Silence and bounds are looked at so often.</summary>
    public static readonly TimeSpan TickAtLeast = TimeSpan.FromMilliseconds(250);

    /// <summary>Neither node is stable: each takes its local groups after this, as Heartbeat does.</summary>
    internal static readonly TimeSpan StartingBound = TimeSpan.FromSeconds(10);

    /// <summary>Largest silence that another node may ask for.</summary>
    private static readonly TimeSpan DeadtimeMax = TimeSpan.FromHours(1);

    /// <summary>The first state of a run.</summary>
    /// <param name="running">What runs here since before the start (the agent was restarted): taken back unless the other node has
    /// it.</param>
    public static HaNode Start(HaSettings settings, Holding running, Instant now) => new()
    {
        Settings = settings,
        StartedAt = now,
        SpeakAt = now,
        PhaseSince = now,
        Ours = running,
        Peer = new HaPeer(HaStatus.None, null, settings.Deadtime, false, false, false, 0, null, false, 0, false),
    };

    /// <summary>One event in, the next state and the effects in duty order out.</summary>
    public static (HaNode Next, ImmutableArray<HaEffect> Effects) Step(HaNode node, HaEvent input, Instant now)
    {
        var turn = new HaTurn(node, now);
        switch (input)
        {
            case HaEvent.Heard heard: Hear(turn, heard.Message, heard.IsNewest); break;
            case HaEvent.Stands stands: turn.Node = node with { Standing = stands.Standing }; break;
            case HaEvent.Tick: break;
            default: throw new InvariantException($"{input} is not handled");
        }

        Judge(turn);
        Advance(turn);
        Standbys.Advance(turn);
        Claims.Settle(turn);
        Standbys.Begin(turn);
        Speak(turn);
        return (turn.Node, turn.Effects);
    }

    /// <summary>The last words of a node whose groups are stopped.</summary>
    public static HaSpeech LastWord { get; } = new(HaKind.ShutDone) { Status = HaStatus.Dead };

    /// <summary>The last words of a node whose agent comes back in a moment and leaves its groups running: wait a little longer.</summary>
    public static HaSpeech WordBeforeRestart(HaSettings settings) => new(HaKind.Status)
    {
        Status = HaStatus.Active,
        DeadtimeMs = (long)(settings.Deadtime + RestartGrace).TotalMilliseconds,
    };

    /// <summary>As much as Heartbeat asks for before its own restart.</summary>
    private static readonly TimeSpan RestartGrace = TimeSpan.FromSeconds(30);

    private static void Hear(HaTurn turn, in HaMessage message, bool isNewest)
    {
        var isRestart = message.Generation > turn.Peer.Generation;
        if (isRestart) BeginGeneration(turn, message);
        if (message.IsAppliance != turn.Peer.IsAppliance && isNewest)
            turn.Node = turn.Node with { Peer = turn.Peer with { IsAppliance = message.IsAppliance } };
        if (!message.IsForUs) return;
        switch (message.Kind)
        {
            case HaKind.Status when isNewest && !turn.Peer.HasLeft: HearStatus(turn, message, isRestart); break;
            case HaKind.Starting: HearStarting(turn); break;
            case HaKind.Resource: HearHolding(turn, message); break;
            case HaKind.AskResources: Standbys.Hear(turn, message); break;
            case HaKind.Takeover: Standbys.HearTakeover(turn, message); break;
            case HaKind.ShutDone: HearLastWord(turn); break;
            case HaKind.Rexmit: turn.Do(new HaEffect.SayAgain(message.First, message.Last)); break;
            case HaKind.ReqNodes: turn.Say(new HaSpeech(HaKind.RepNodes)); break;
            case HaKind.IpRequest when !turn.Node.OldProtocolTold:
                turn.Node = turn.Node with { OldProtocolTold = true };
                turn.Tell(ReportKind.Alarm, $"{turn.PeerName} speaks the protocol of auto_failback legacy, which takes groups without "
                    + "asking: write \"auto_failback off\" into its ha.cf and restart its Heartbeat");
                break;
        }
    }

    /// <summary>The other node was started again: what it said before does not hold any more, and nothing is negotiated.</summary>
    private static void BeginGeneration(HaTurn turn, in HaMessage message)
    {
        if (turn.Peer.Generation > 0)
            turn.Tell(ReportKind.Peer, $"{turn.PeerName} was restarted (generation {message.Generation})");
        turn.Node = turn.Node with
        {
            Peer = turn.Peer with
            {
                Generation = message.Generation, Holding = null, IsStable = false, ResourceNumber = 0, IsLeaving = false, HasLeft = false,
            },
            Handshake = null,
        };
    }

    private static void HearStatus(HaTurn turn, in HaMessage message, bool isRestart)
    {
        var peer = turn.Peer;
        if (peer.IsDead && peer.HeardAt is not null && !isRestart)
            turn.Tell(ReportKind.Alarm, $"{turn.PeerName} is heard again and was never restarted: both nodes may have served meanwhile; a "
                + "Heartbeat restarts itself now");
        var asked = TimeSpan.FromMilliseconds(Math.Min(message.DeadtimeMs, (long)DeadtimeMax.TotalMilliseconds));
        turn.Node = turn.Node with
        {
            Peer = peer with
            {
                Status = message.Status,
                HeardAt = turn.Now,
                IsDead = false,
                Deadtime = message.DeadtimeMs > 0 && asked >= turn.Node.Settings.Keepalive ? asked : turn.Node.Settings.Deadtime,
            },
        };
        // What it held before it was dead may have changed: it has to say so again, and hears what we hold.
        if (!peer.IsDead || turn.Node.Phase != HaPhase.Stable) return;
        turn.Node = turn.Node with { Peer = turn.Peer with { Holding = null, IsStable = false } };
        turn.SayHolding();
    }

    private static void HearStarting(HaTurn turn)
    {
        turn.Node = turn.Node with { Peer = turn.Peer with { IsStable = false, Holding = Holding.None, IsLeaving = false } };
        if (turn.Node.Phase is HaPhase.Starting or HaPhase.Stable) turn.SayHolding();
    }

    private static void HearHolding(HaTurn turn, in HaMessage message)
    {
        var peer = turn.Peer;
        // A message that had to be sent again must not undo a later one.
        if (message.Sequence is not { } number || number < peer.ResourceNumber) return;
        var said = message.Holding.Mirror();
        turn.Node = turn.Node with
        {
            Peer = peer with
            {
                Holding = message.IsFull ? said : said | (peer.Holding ?? Holding.None),
                IsStable = message.IsStable,
                ResourceNumber = number,
                IsLeaving = message.Info == HaInfo.Shutdown,
            },
        };
        if (message.Info == HaInfo.Shutdown && !peer.IsLeaving)
            turn.Tell(ReportKind.Peer, $"{turn.PeerName} stops its groups and will end");
    }

    private static void HearLastWord(HaTurn turn)
    {
        turn.Node = turn.Node with
        {
            Peer = turn.Peer with { HasLeft = true, IsStable = false, Holding = Holding.None, Status = HaStatus.Dead },
            Handshake = null,
        };
    }

    /// <summary>Lets time pass for the other node.</summary>
    private static void Judge(HaTurn turn)
    {
        var (peer, settings) = (turn.Peer, turn.Node.Settings);
        if (peer.IsGone) return;
        var isSilent = peer.HeardAt is { } at ? turn.Now - at >= peer.Deadtime : turn.Now - turn.Node.StartedAt >= settings.Initdead;
        if (!isSilent) return;
        turn.Node = turn.Node with
        {
            Peer = peer with { IsDead = true, IsStable = false, Holding = null, IsLeaving = false },
            Handshake = null,
        };
    }

    /// <summary>From speaking to knowing.</summary>
    private static void Advance(HaTurn turn)
    {
        if (turn.Node.Standing.Stopping && turn.Node.Phase != HaPhase.Leaving)
        {
            turn.Become(HaPhase.Leaving);
            turn.Node = turn.Node with { Handshake = null };
            turn.Hold(Holding.None, "the agent is stopping");
            turn.SayHolding(HaInfo.Shutdown);
        }

        if (turn.Node.Phase == HaPhase.Up && (turn.Peer.HeardAt is not null || turn.Peer.IsGone))
        {
            turn.Become(HaPhase.Starting);
            turn.Say(Status(turn));
            turn.Say(new HaSpeech(HaKind.Starting));
            turn.SayHolding();
        }

        if (turn.Node.Phase == HaPhase.Starting) Claims.Learn(turn);
    }

    private static void Speak(HaTurn turn)
    {
        if (turn.Now < turn.Node.SpeakAt) return;
        var keepalive = turn.Node.Settings.Keepalive;
        // After a pause the missed points are skipped, the rhythm stays.
        var next = turn.Node.SpeakAt + (keepalive * (Math.Floor((turn.Now - turn.Node.SpeakAt) / keepalive) + 1));
        turn.Node = turn.Node with { SpeakAt = next };
        turn.Say(Status(turn));
    }

    private static HaSpeech Status(HaTurn turn) => new(HaKind.Status)
    {
        Status = turn.Node.Phase == HaPhase.Up ? HaStatus.Up : HaStatus.Active,
        DeadtimeMs = (long)turn.Node.Settings.Deadtime.TotalMilliseconds,
    };
}
