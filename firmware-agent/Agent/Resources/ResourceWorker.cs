using System.Collections.Immutable;
using System.Diagnostics;
using Appliance.Agent.Status;
using Appliance.Core.Configuration;
using Appliance.Core.Resources;
using Appliance.Core.Layers;
using Appliance.Drivers.Probes;

namespace Appliance.Agent.Resources;

/// <summary>
/// Performs what the decision loop wants of one resource. Never blocks the caller: operations and questions have threads of their
/// own for as long as they last, so a resource that hangs holds up nothing else.
/// </summary>
public sealed class ResourceWorker : IDisposable
{
    private static readonly TimeSpan ReadyPoll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ReadyAsk = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a start waits for the last layers when enough of them answer already.</summary>
    private static readonly TimeSpan PartlyBound = TimeSpan.FromSeconds(3);

    /// <summary>What is noted of a hanging process may cost the callers this much.</summary>
    private static readonly TimeSpan CaptureBound = TimeSpan.FromSeconds(5);
    private readonly ResourceConfig _config;
    private readonly IResource _resource;
    private readonly IProbe? _probe;
    private readonly Action<ResourceEvent> _post;
    private readonly SerialThread _changes;
    private readonly Lock _gate = new();
    private readonly Lock _probing = new();
    private readonly List<HealthQuestion> _questions = [];
    private OperationRun? _current;
    private int _watchNumber;
    private volatile ProbeStatus? _lastAnswer;
    private volatile bool _hung;

    public ResourceWorker(ResourceConfig config, IResource resource, IProbe? probe, Action<ResourceEvent> post)
    {
        (_config, _resource, _probe, _post) = (config, resource, probe, post);
        _changes = new SerialThread($"watch {config.Name}");
    }

    public IResource Resource => _resource;

    /// <summary>The probe's last answer; null before the first.</summary>
    public ProbeStatus? LastAnswer => _lastAnswer;

    /// <summary>Begins an operation; one that is under way is abandoned first.</summary>
    public void Run(ResourceEffect.Run run)
    {
        lock (_gate)
        {
            var predecessor = _current;
            predecessor?.Abandon(run.Operation);
            _current = new OperationRun(run, predecessor, Perform, _resource.Progress, _post);
            _current.Begin();
        }
    }

    /// <summary>Begins or ends watching. After the end nothing is told any more, also not what was already on its way.</summary>
    public void Watch(bool on)
    {
        var number = Interlocked.Increment(ref _watchNumber);
        _changes.Post(() => ChangeWatch(on, number));
    }

    public void Dispose()
    {
        Interlocked.Increment(ref _watchNumber);
        lock (_gate) _current?.Dispose();
        _changes.Post(EndQuestions);
        _changes.Dispose();
        _resource.Dispose();
        _probe?.Dispose();
    }

    private Verdict Perform(Operation operation, CancellationToken abandon) => operation switch
    {
        Operation.Start => Start(abandon),
        Operation.Stop => _resource.Stop(abandon),
        Operation.Kill => Kill(abandon),
        _ => _resource.Monitor(abandon),
    };

    private Verdict Kill(CancellationToken abandon)
    {
        if (!_hung) return _resource.Kill(abandon);
        _hung = false;
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(abandon);
        bound.CancelAfter(_config.Timing.Stop / 2 < CaptureBound ? _config.Timing.Stop / 2 : CaptureBound);
        var captured = _resource.Capture(bound.Token);
        var verdict = _resource.Kill(abandon);
        return captured.Length == 0 ? verdict : verdict with { Text = $"{verdict.Text}; {captured}" };
    }

    /// <summary>Started means ready: what is probed has to answer once, because others are started upon it.</summary>
    private Verdict Start(CancellationToken abandon)
    {
        _hung = false;
        var verdict = _resource.Start(abandon);
        if (_probe is null || verdict.Outcome != Outcome.Success) return verdict;
        var timeout = _config.Probe!.Timeout < ReadyAsk ? _config.Probe.Timeout : ReadyAsk;
        var partly = Stopwatch.GetTimestamp();
        while (true)
        {
            var answer = Ask(timeout);
            _lastAnswer = Status(answer, answer.Healthy ? 0 : 1);
            if (answer.Healthy && (!answer.Partly || Stopwatch.GetElapsedTime(partly) > PartlyBound))
                return verdict with { Text = $"{verdict.Text}; {answer.Text}" };
            if (abandon.WaitHandle.WaitOne(ReadyPoll))
                return Verdict.Failed($"started, but its {_config.Probe.Word} probe gets no answer: {answer.Text}");
        }
    }

    private void ChangeWatch(bool on, int number)
    {
        EndQuestions();
        _resource.Watch(on ? Told(number) : null);
        if (!on) return;
        if (_config.Probe is { } probe) _questions.Add(NewQuestion(probe, number));
        if (_resource.IsPolled) _questions.Add(NewPoll(number));
    }

    private HealthQuestion NewQuestion(ProbeConfig probe, int number) => new(
        _config.Name, probe.Interval, probe.Misses, _ =>
            Ask(probe.Timeout), (answer, misses) => _lastAnswer = Status(answer, misses), Missed(number));

    private HealthQuestion NewPoll(int number) =>
        new(_config.Name, _config.Timing.MonitorInterval, 1, Poll, static (_, _) => { }, Missed(number));

    private ProbeAnswer Poll(CancellationToken stop)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(stop);
        bound.CancelAfter(_config.Timing.Monitor);
        var verdict = _resource.Monitor(bound.Token);
        return new ProbeAnswer(verdict.Outcome == Outcome.Success, default, verdict.Text);
    }

    private Action<string> Told(int number) => text => Post(number, text, hung: false);

    private Action<ProbeAnswer, string> Missed(int number) => (answer, text) => Post(number, text, answer.Hung);

    private void Post(int number, string text, bool hung)
    {
        if (Volatile.Read(ref _watchNumber) != number) return;
        _hung = hung;
        _post(new ResourceEvent.Failed(_config.Name, text, hung));
    }

    /// <summary>A probe answers one caller at a time: the start of a resource and the end of its watching may overlap.</summary>
    private ProbeAnswer Ask(TimeSpan timeout)
    {
        lock (_probing) return _probe!.Ask(timeout);
    }

    private ProbeStatus Status(ProbeAnswer answer, int misses) =>
        new(_config.Probe!.Word, answer.Healthy, misses, answer.Took.TotalMilliseconds, answer.Text)
        {
            Layers = Layers(answer.Layers),
            Facts = answer.Facts,
            Notable = answer.Notable,
        };

    private static LayerStatus[]? Layers(ImmutableArray<LayerAnswer> answers)
    {
        if (answers.IsDefaultOrEmpty) return null;
        var told = new LayerStatus[answers.Length];
        for (var at = 0; at < told.Length; at++)
        {
            var answer = answers[at];
            told[at] = new LayerStatus(answer.Layer, answer.State, answer.Took.TotalMilliseconds, answer.Text);
        }

        return told;
    }

    private void EndQuestions()
    {
        foreach (var question in _questions) question.Dispose();
        _questions.Clear();
    }
}
