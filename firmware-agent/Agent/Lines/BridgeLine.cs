using System.Diagnostics;
using System.Globalization;
using Appliance.Agent.FoneBridge;
using Appliance.Agent.Resources;
using Appliance.Core.Cluster;
using Appliance.Core.FoneBridge;
using Appliance.Core.FoneBridge.Wire;
using Appliance.Core.Resources;
using Appliance.Core.Time;
using Appliance.Core;

namespace Appliance.Agent.Lines;

/// <summary>
/// The lines of a foneBRIDGE. Bringing them here is telling it our address, the short way; while they are here its frames are listened for,
/// and a bridge that falls silent is told everything again. Before every packet it is asked whether this node may still speak: the last
/// writer is who the cluster says. Letting go says nothing: TX stays on, and the next node steers.
/// </summary>
public sealed class BridgeLine : ILine
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan EndBound = TimeSpan.FromSeconds(1);

    /// <summary>A bridge sends a thousand frames a second.</summary>
    private static readonly TimeSpan FirstFrame = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan ReleasePatience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ListenPause = TimeSpan.FromMilliseconds(250);

    /// <summary>How often a node that does not have the lines asks whether it could reach the bridge.</summary>
    private static readonly TimeSpan AskPause = TimeSpan.FromSeconds(10);

    /// <summary>A bridge that starts again needs some seconds until it answers.</summary>
    private static readonly TimeSpan LossPatience = TimeSpan.FromSeconds(15);

    private readonly string _driver;
    private readonly int _group;
    private readonly TimeSpan _deadtime;
    private readonly IBridgeSource _source;
    private readonly Func<Instant> _clock;
    private readonly Action _changed;
    private readonly Thread _thread;
    private readonly AutoResetEvent _wake = new(false);
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _speaking = new();
    private volatile LineMandate _mandate = LineMandate.None;
    private volatile LineView _view;
    private volatile Action<string>? _failed;
    private volatile bool _held;
    private volatile string _lastSwitch = "";
    private volatile bool _unfinished;
    private EthernetAddress? _voiceFrom;
    private Instant _checkedAt;
    private Instant? _lostSince;

    /// <param name="changed">Told, on any thread, that <see cref="View"/> says something else.</param>
    public BridgeLine(
        string name, string driver, int group, TimeSpan deadtime, IBridgeSource source, Func<Instant> clock, Action changed)
    {
        (Name, _driver, _group, _deadtime, _source, _clock, _changed) = (name, driver, group, deadtime, source, clock, changed);
        _view = new LineView(name, driver, LineStanding.There, "not steered by this node");
        _thread = new Thread(Run, Limits.ThreadStackBytes) { IsBackground = true, Name = $"line {name}" };
    }

    public string Name { get; }

    public LineView View => _view;

    public void Begin() => _thread.Start();

    public void Publish(NodeState state) => _mandate = LineMandate.Of(state, _group);

    public Verdict Take(CancellationToken abandon)
    {
        for (var why = "";;)
        {
            var fault = Steer(() => MayTake && !abandon.IsCancellationRequested, out var done);
            if (fault.Length == 0) fault = Proof(abandon);
            if (fault.Length == 0)
            {
                _held = true;
                Show(LineStanding.Here, $"here ({done})");
                _wake.Set();
                return Verdict.Done(done);
            }

            // What the end of the time cut short says nothing; the try before it does.
            if (why.Length == 0 || !abandon.IsCancellationRequested) why = fault;
            Show(LineStanding.Unknown, why);
            if (abandon.WaitHandle.WaitOne(RetryPause)) return Verdict.Failed($"the lines of {Name} do not come here: {why}");
        }
    }

    public Verdict Release(CancellationToken abandon)
    {
        _held = false;
        // Whoever still speaks is not allowed to, and stops; what it may yet say is that TX shall be on.
        if (_speaking.TryEnter(ReleasePatience)) _speaking.Exit();
        Show(LineStanding.There, "not steered by this node");
        return Verdict.Done("this node says nothing more to the bridge; its TX stays on");
    }

    public Verdict Kill(CancellationToken abandon) => Release(abandon);

    public Verdict IsHere(CancellationToken abandon)
    {
        var evidence = new VoiceEvidence(_voiceFrom);
        var deaf = _source.Ear.Hear(evidence, SilenceMax);
        if (evidence.Finding != VoiceFinding.Arrives) return new(Outcome.NotRunning, deaf.Length > 0 ? deaf : evidence.Words);
        _held = true;
        Show(LineStanding.Here, "here (voice arrives)");
        _wake.Set();
        return Verdict.Done("voice arrives from the bridge");
    }

    public void Watch(Action<string>? failed)
    {
        _lostSince = null;
        _failed = failed;
    }

    public void Dispose()
    {
        _end.Cancel();
        _wake.Set();
        if (_thread.IsAlive) _thread.Join(EndBound);
    }

    private bool MayTake => !_end.IsCancellationRequested && _mandate.MayTake && _mandate.Left(_clock(), _deadtime) > TimeSpan.Zero;

    private void Run()
    {
        while (!_end.IsCancellationRequested)
        {
            if (_held) Listen();
            else AskWhetherThere();
            _wake.WaitOne(_held ? ListenPause : AskPause);
        }
    }

    /// <summary>While the lines are here voice arrives; when it does not, the bridge is told everything again.</summary>
    private void Listen()
    {
        var evidence = new VoiceEvidence(_voiceFrom);
        var deaf = _source.Ear.Hear(evidence, SilenceMax);
        var heard = evidence.Finding == VoiceFinding.Arrives;
        if (!_held) return;
        if (!_unfinished && (heard || deaf.Length > 0) && IsAsTold(heard))
        {
            _lostSince = null;
            if (_view.Standing != LineStanding.Here) Show(LineStanding.Here, "here (voice arrives)");
            return;
        }

        var silent = deaf.Length > 0 ? deaf
            : heard ? "the bridge is not configured as it was told"
            : evidence.Finding == VoiceFinding.Silence ? $"no voice has arrived for {SilenceMax.TotalSeconds:0} s" : evidence.Words;
        if (!MayTake) return;
        var why = Steer(() => _held && MayTake, out var done);
        if (!_held) return;
        if (why.Length == 0) why = Proof(_end.Token);
        if (why.Length == 0)
        {
            _lostSince = null;
            Show(LineStanding.Here, $"here (voice was lost: {done})");
            return;
        }

        Show(LineStanding.Unknown, $"{silent}; {why}");
        var now = _clock();
        _lostSince ??= now;
        if (now - _lostSince < LossPatience) return;
        _lostSince = null;
        _failed?.Invoke($"{silent}, and telling the bridge again does not help: {why}");
    }

    /// <summary>A node that could not reach the bridge is the worse one to serve.</summary>
    private void AskWhetherThere()
    {
        if (_mandate.Holds) return; // A start is under way, or about to be.
        lock (_speaking)
        {
            var outcome = Converse(new QuerySession(), () => !_held && !_mandate.Holds && !_end.IsCancellationRequested);
            if (_held || _mandate.Holds || _end.IsCancellationRequested) return;
            if (outcome.Ok) Show(LineStanding.There, "not steered by this node");
            else Show(LineStanding.Unknown, $"out of reach of this node: {outcome.Words}");
        }
    }

    /// <summary>Voice may arrive although the spans are not as wanted: a bridge that lost power and kept an older configuration.</summary>
    private bool IsAsTold(bool heard)
    {
        if (heard && _clock() - _checkedAt < AskPause) return true;
        _checkedAt = _clock();
        return Counts();
    }

    /// <summary>Empty, and what was done and how long it took; else why the bridge was not steered.</summary>
    private string Steer(Func<bool> may, out string done)
    {
        done = "";
        if (!may()) return "the group is not held here, or this node still looks around";
        if (_source.Read(out var problem) is not { } config) return problem;
        lock (_speaking)
        {
            var begun = Stopwatch.GetTimestamp();
            var session = new SteerSession(config);
            var outcome = Converse(session, may);
            if (session.Info is { } info) _voiceFrom = config.Port == 1 ? info.Flash.Mac : info.Flash.Mac.Next();
            // Half of it may have been told: voice that then arrives proves nothing.
            _unfinished = !outcome.Ok;
            if (!outcome.Ok) return outcome.Words;
            _checkedAt = _clock();
            var took = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            done = string.Create(CultureInfo.InvariantCulture, $"{outcome.Words}, told within {took:0} ms, term {_mandate.Term}");
            _lastSwitch = done;
            return "";
        }
    }

    private BridgeOutcome Converse(BridgeSession session, Func<bool> may)
    {
        using var link = _source.Open(out var problem);
        return link is null ? new BridgeOutcome(false, problem, TransmitState.Untouched, false, [])
            : BridgeConversation.Hold(session, link, null, may);
    }

    /// <summary>Empty when voice arrives; by the bridge's own counter where nobody may listen.</summary>
    private string Proof(CancellationToken abandon)
    {
        var evidence = new VoiceEvidence(_voiceFrom);
        var deaf = _source.Ear.Hear(evidence, FirstFrame);
        if (evidence.Finding == VoiceFinding.Arrives) return "";
        if (abandon.IsCancellationRequested) return "it was given up before voice arrived";
        if (deaf.Length == 0)
            return "the bridge says that it sends, but no voice arrives here: "
                + (evidence.Finding == VoiceFinding.Silence ? "is its voice port on this network?" : evidence.Words);
        return Counts() ? "" : $"{deaf}; and the bridge's counter shows no voice leaving it";
    }

    private bool Counts()
    {
        if (_source.Read(out _) is not { } config) return false;
        lock (_speaking) return Converse(new VerifySession(config), () => !_end.IsCancellationRequested).Ok;
    }

    private void Show(LineStanding standing, string text)
    {
        var view = new LineView(Name, _driver, standing, text, _lastSwitch);
        var before = Interlocked.Exchange(ref _view, view);
        if (before != view && !_end.IsCancellationRequested) _changed();
    }
}
