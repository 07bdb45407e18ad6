using Appliance.Core.LinuxHa;
using Appliance.Core.Time;
using Appliance.Core.Wire;

namespace Appliance.Core.Tests.LinuxHa;

/// <summary>
/// Our node (pbx-b) and a simulated Heartbeat (pbx-a) on virtual time, with real bytes between them. Groups of ours follow what the machine
/// grants after <see cref="WorkMs"/>.
/// </summary>
internal sealed class MixedPair
{
    public const int WorkMs = 30;

    public static readonly HaSettings Settings = new(
        "pbx-b", "pbx-a", TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5), false);

    private readonly HaReceiver _receiver;
    private readonly HaKeys _keys;
    private HaComposer _composer;
    private long _generation = 100;
    private Instant _followAt;
    private ulong _pending;

    public MixedPair(string? ourKeys = null)
    {
        _keys = Keys.Of(ourKeys ?? "auth 1\n1 sha1 testkey\n");
        _receiver = new HaReceiver("pbx-b", "pbx-a", _keys, 0);
        _composer = new HaComposer("pbx-b", "pbx-a", _generation, _keys);
        Node = HaMachine.Start(Settings, Holding.None, Now);
        Twin = new HeartbeatTwin("pbx-a", "pbx-b", Keys.Test, Settings.Keepalive, Settings.Deadtime);
    }

    public Instant Now { get; private set; } = Instant.FromMilliseconds(60_000);

    public HaNode Node { get; private set; }

    public HeartbeatTwin Twin { get; }

    /// <summary>Our agent runs.</summary>
    public bool IsOn { get; private set; } = true;

    public bool IsCut { get; set; }

    /// <summary>What really runs here.</summary>
    public Holding Runs { get; private set; }

    public bool Standby { get; set; }

    public bool Maintenance { get; set; }

    public bool Stopping { get; set; }

    public bool Isolated { get; set; }

    /// <summary>Classes that cannot be taken, classes that failed, classes an operator wants moved.</summary>
    public Holding Unfit { get; set; }

    public Holding Failed { get; set; }

    public Holding Wished { get; set; }

    public List<string> Told { get; } = [];

    /// <summary>Moments at which both ran the same.</summary>
    public int Doubles { get; private set; }

    /// <summary>True for a message from the real side, or from ours, that is to be lost: its kind and number.</summary>
    public Func<bool, HaKind, bool> Loses { get; set; } = (_, _) => false;

    /// <summary>Our agent dies and its groups with it, or only it.</summary>
    public void Kill(bool groupsToo) => (IsOn, Runs) = (false, groupsToo ? Holding.None : Runs);

    public void Restart()
    {
        _composer = new HaComposer("pbx-b", "pbx-a", ++_generation, _keys);
        Node = HaMachine.Start(Settings, Runs, Now);
        (IsOn, _pending) = (true, 0);
    }

    public void Run(double seconds)
    {
        var until = Now + TimeSpan.FromSeconds(seconds);
        while (Now < until)
        {
            Now += TimeSpan.FromMilliseconds(10);
            foreach (var frame in Twin.Pass(Now)) ToUs(frame);
            if (!IsOn) continue;
            Follow();
            Step(new HaEvent.Tick());
            while (_receiver.Sequences.Due(Now) is { } number) Say(new HaSpeech(HaKind.Rexmit) { First = number, Last = number });
            if (Runs.Meets(Twin.Holds.Mirror())) Doubles++;
        }
    }

    /// <summary>Runs until it holds, at most this long.</summary>
    public void RunUntil(Func<bool> holds, double seconds)
    {
        for (var at = 0.0; at < seconds && !holds(); at += 0.01) Run(0.01);
        Assert.True(holds(), $"not within {seconds} s; ours {Node.Ours}, runs {Runs}, theirs {Twin.Holds}, {Node.Phase}, {Node.Handshake}\n"
            + string.Join('\n', Told));
    }

    public void ToUs(byte[] frame)
    {
        if (IsCut || !IsOn || Loses(true, KindOf(frame))) return;
        if (_receiver.Take(frame, Now, out var message, out var freshness) != Rejection.None) return;
        Step(new HaEvent.Heard(message, freshness == HaFreshness.Newest));
    }

    private void Step(HaEvent input)
    {
        var (next, effects) = HaMachine.Step(Node, input, Now);
        Node = next;
        foreach (var effect in effects) Perform(effect);
    }

    private void Perform(HaEffect effect)
    {
        switch (effect)
        {
            case HaEffect.Say say: Say(say.Speech); break;
            case HaEffect.Tell tell: Told.Add(tell.Report.Text); break;
            case HaEffect.SayAgain again:
                for (var number = again.First; number <= again.Last; number++) Send(_composer.Again(number));
                break;
        }
    }

    private void Say(HaSpeech speech) => Send(_composer.Lines(speech, 1, default));

    private void Send(ReadOnlyMemory<byte> lines)
    {
        var frame = new byte[HaLimits.FrameBytesMax];
        frame = frame[.._composer.Counted(lines.Span, frame)];
        if (IsCut || Loses(false, KindOf(frame))) return;
        foreach (var again in Twin.Hear(frame, Now)) ToUs(again);
    }

    /// <summary>The groups follow what is granted, and say so.</summary>
    private void Follow()
    {
        if (Node.Serial != _pending) (_pending, _followAt) = (Node.Serial, Now + TimeSpan.FromMilliseconds(WorkMs));
        if (Now < _followAt) return;
        if (Node.IsDecided) Runs = Node.Ours & ~Failed & ~(Unfit & ~Runs);
        Step(new HaEvent.Stands(new HaStanding(
            Node.Serial, Of(Holding.Local), Of(Holding.Foreign), Standby, Isolated, Maintenance, Stopping)));
        if (Stopping && Runs == Holding.None && Node.Phase == HaPhase.Leaving)
        {
            Say(HaMachine.LastWord);
            IsOn = false;
        }
    }

    private ClassStanding Of(Holding one) => new(
        !Runs.Has(one), Runs.Has(one), !Unfit.Has(one) && !Failed.Has(one) && !Standby && !Isolated, Failed.Has(one), Wished.Has(one));

    private static HaKind KindOf(byte[] frame)
    {
        var receiver = new HaReceiver("pbx-b", "pbx-a", Keys.Test, 0);
        return receiver.Take(frame, Instant.Boot, out var message, out _) == Rejection.None
            || new HaReceiver("pbx-a", "pbx-b", Keys.Test, 0).Take(frame, Instant.Boot, out message, out _) == Rejection.None
            ? message.Kind : HaKind.Other;
    }
}
