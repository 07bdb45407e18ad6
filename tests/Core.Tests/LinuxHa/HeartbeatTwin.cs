using Appliance.Core.LinuxHa;
using Appliance.Core.Time;
using Appliance.Core.Wire;

namespace Appliance.Core.Tests.LinuxHa;

/// <summary>
/// A simulated Heartbeat 3.0.6 with haresources and <c>auto_failback off</c>, written from what the real one was seen to do: speaks,
/// answers, takes and gives as quickly as no-op scripts do. It shares only the codec with the product.
/// </summary>
internal sealed class HeartbeatTwin(string ownName, string peerName, HaKeys keys, TimeSpan keepalive, TimeSpan deadtime)
{
    private readonly HaReceiver _receiver = new(ownName, peerName, keys, 0);
    private readonly Queue<HaSpeech> _said = new();
    private readonly Dictionary<long, ReadOnlyMemory<byte>> _sent = [];
    private HaComposer _composer = new(ownName, peerName, 1, keys);
    private long _generation = 1;
    private Instant _startedAt;
    private Instant _speakAt;
    private Instant? _heardAt;
    private Instant? _restartAt;
    private bool _isActive;
    private bool _hasSettled;
    private Holding? _asked;
    private Holding? _agreed;

    /// <summary>Its daemon runs.</summary>
    public bool IsOn { get; private set; }

    public Holding Holds { get; private set; }

    /// <summary>What our node holds in its own words, as they arrived last, and that nothing is under way there. Like the real one it does
    /// not look whether they are older than those before.</summary>
    public (Holding Holding, bool IsStable) Believes { get; private set; }

    public bool IsStable { get; private set; }

    /// <summary>It says neither yes nor no to a standby.</summary>
    public bool IsMute { get; set; }

    /// <summary>It counts our node as dead.</summary>
    public bool SeesDead { get; private set; }

    /// <summary>Largest silence our node asked for.</summary>
    public long AskedDeadtimeMs { get; private set; }

    public void Start(Instant now)
    {
        _composer = new HaComposer(ownName, peerName, ++_generation, keys);
        (_startedAt, _speakAt, _heardAt, _isActive) = (now, now, null, false);
        (IsOn, Holds, IsStable, SeesDead, _asked, _agreed, _restartAt) = (true, Holding.None, false, false, null, null, null);
        _hasSettled = false;
        _said.Clear();
        _sent.Clear();
    }

    /// <summary>kill -9: nothing is said, and what it ran runs no more.</summary>
    public void Kill() => (IsOn, Holds) = (false, Holding.None);

    /// <summary>heartbeat -k</summary>
    public void Stop()
    {
        Say(new HaSpeech(HaKind.Resource) { Info = HaInfo.Shutdown });
        Holds = Holding.None;
        Say(new HaSpeech(HaKind.ShutDone) { Status = HaStatus.Dead });
    }

    /// <summary>hb_standby</summary>
    public void Standby(Holding holding)
    {
        _asked = holding;
        Say(new HaSpeech(HaKind.AskResources) { Holding = holding, Info = HaInfo.Me });
    }

    /// <summary>hb_takeover</summary>
    public void Takeover(Holding holding) => Say(new HaSpeech(HaKind.Takeover) { Holding = holding });

    /// <summary>Says what a node of <c>auto_failback legacy</c> says.</summary>
    public void SpeakOldProtocol() => Say(new HaSpeech(HaKind.Starting));

    /// <summary>Lets time pass; what it says now.</summary>
    public List<byte[]> Pass(Instant now)
    {
        if (!IsOn) return [];
        if (_restartAt is { } restart && now >= restart) Start(now);
        if (!SeesDead && now - (_heardAt ?? _startedAt) >= deadtime) LosePeer();
        if (!_isActive && (_heardAt is not null || SeesDead)) Join();
        if (_isActive && !_hasSettled && now - _startedAt >= TimeSpan.FromSeconds(10)) Settle(Holding.Local);
        if (now >= _speakAt)
        {
            _speakAt = now + keepalive;
            Say(new HaSpeech(HaKind.Status)
            {
                Status = _isActive ? HaStatus.Active : HaStatus.Up, DeadtimeMs = (long)deadtime.TotalMilliseconds,
            });
        }

        while (_receiver.Sequences.Due(now) is { } number) Say(new HaSpeech(HaKind.Rexmit) { First = number, Last = number });
        var frames = new List<byte[]>();
        while (_said.TryDequeue(out var said))
        {
            var lines = _composer.Lines(said, 1, default);
            if (said.IsNumbered) _sent[_composer.Sequence] = lines;
            frames.Add(Frame(lines));
            if (said.Kind == HaKind.ShutDone) IsOn = false;
        }

        return frames;
    }

    /// <summary>Hears a frame; what it says again at once.</summary>
    public List<byte[]> Hear(byte[] frame, Instant now)
    {
        var again = new List<byte[]>();
        if (!IsOn || _receiver.Take(frame, now, out var message, out _) != Rejection.None) return again;
        if (message.Kind == HaKind.Resource) Believes = (message.Holding, message.IsStable);
        switch (message.Kind)
        {
            case HaKind.Status:
                if (SeesDead && message.Generation == _lastGeneration) _restartAt ??= now + TimeSpan.FromSeconds(2);
                (_heardAt, SeesDead, _lastGeneration) = (now, false, message.Generation);
                AskedDeadtimeMs = Math.Max(AskedDeadtimeMs, message.DeadtimeMs);
                break;
            case HaKind.Starting: SayHolding(); break;
            // Only after its start: within a standby a claim of ours moves nothing there.
            case HaKind.Resource when message.IsStable && !_hasSettled: Settle(Holding.Local & ~message.Holding.Mirror()); break;
            case HaKind.AskResources: Negotiate(message); break;
            case HaKind.Takeover when (message.Holding.Mirror() & Holds) is not Holding.None and var wanted: Standby(wanted); break;
            case HaKind.ShutDone: LosePeer(); break;
            case HaKind.Rexmit:
                for (var number = message.First; number <= message.Last; number++)
                    if (_sent.TryGetValue(number, out var lines)) again.Add(Frame(lines));
                break;
        }

        return again;
    }

    private long _lastGeneration;

    private void Negotiate(in HaMessage message)
    {
        if (IsMute) return;
        switch (message.Info)
        {
            case HaInfo.Me:
                _agreed = message.Holding;
                Say(new HaSpeech(HaKind.AskResources) { Holding = message.Holding, Info = HaInfo.Assent });
                break;
            case HaInfo.Assent when _asked is { } asked:
                Holds &= ~asked;
                IsStable = false;
                Say(new HaSpeech(HaKind.Resource) { Holding = Holds, Info = HaInfo.Standby });
                Say(new HaSpeech(HaKind.AskResources) { Holding = asked, Info = HaInfo.Done });
                break;
            case HaInfo.Done when _agreed is { } word:
                _agreed = null;
                Holds |= word.Mirror();
                // The real one sends these two in this order and numbers them the other way round.
                SayHolding();
                Say(new HaSpeech(HaKind.AskResources) { Holding = word, Info = HaInfo.Done });
                break;
            case HaInfo.Done when _asked is not null:
                _asked = null;
                IsStable = true;
                SayHolding();
                break;
        }
    }

    private void Join()
    {
        _isActive = true;
        Say(new HaSpeech(HaKind.Status) { Status = HaStatus.Active, DeadtimeMs = (long)deadtime.TotalMilliseconds });
        Say(new HaSpeech(HaKind.Starting));
        if (SeesDead) Settle(Holding.All);
        else SayHolding();
    }

    private void LosePeer()
    {
        (SeesDead, _asked, _agreed) = (true, null, null);
        if (_isActive) Settle(Holding.All);
    }

    private void Settle(Holding more)
    {
        Holds |= more;
        (IsStable, _hasSettled) = (true, true);
        SayHolding();
    }

    private void SayHolding() => Say(new HaSpeech(HaKind.Resource) { Holding = Holds, IsStable = IsStable });

    private void Say(HaSpeech said) => _said.Enqueue(said);

    private byte[] Frame(ReadOnlyMemory<byte> lines)
    {
        var frame = new byte[HaLimits.FrameBytesMax];
        return frame[.._composer.Counted(lines.Span, frame)];
    }
}
