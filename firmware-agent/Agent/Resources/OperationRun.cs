using System.Diagnostics;
using Appliance.Core.Resources;
using Appliance.Core;

namespace Appliance.Agent.Resources;

/// <summary>One operation under way: a thread that performs it and a deadline that answers for it when it does not come back. Answers
/// once.</summary>
internal sealed class OperationRun : IDisposable
{
    private static readonly TimeSpan PredecessorBound = TimeSpan.FromSeconds(4);
    private readonly ResourceEffect.Run _run;
    private readonly Func<Operation, CancellationToken, Verdict> _perform;
    private readonly Func<string> _progress;
    private readonly Action<ResourceEvent> _answer;
    private readonly OperationRun? _predecessor;
    private readonly CancellationTokenSource _abandon = new();
    private readonly ManualResetEventSlim _ended = new();
    private readonly Timer _deadline;
    private int _answered;
    private string _atHalf = "";
    private bool _isHalf = true;

    /// <param name="progress">What a start or a monitor says of itself; asked at half its time and at its end.</param>
    public OperationRun(
        ResourceEffect.Run run, OperationRun? predecessor, Func<Operation, CancellationToken, Verdict> perform, Func<string> progress,
            Action<ResourceEvent> answer)
    {
        (_run, _predecessor, _perform, _progress, _answer) = (run, predecessor, perform, progress, answer);
        _deadline = new Timer(
            static state => ((OperationRun)state!).Look(), this, run.Timeout / 2, System.Threading.Timeout.InfiniteTimeSpan);
    }

    public void Begin() =>
        new Thread(Work, Limits.ThreadStackBytes) { IsBackground = true, Name = $"{_run.Operation} {_run.Resource}" }.Start();

    /// <summary>Another operation overtakes this one.</summary>
    public void Abandon(Operation successor)
    {
        Answer(Verdict.Failed($"abandoned for {successor}"));
        _abandon.Cancel();
    }

    public void Dispose()
    {
        _deadline.Dispose();
        _abandon.Cancel();
    }

    private void Work()
    {
        try
        {
            // Bounded: an operation that hangs in the kernel must not take its successor along.
            _predecessor?._ended.Wait(PredecessorBound);
            var clock = Stopwatch.StartNew();
            var verdict = _abandon.IsCancellationRequested ? Verdict.Failed("abandoned") : _perform(_run.Operation, _abandon.Token);
            Answer(verdict with { Text = $"{verdict.Text} ({clock.ElapsedMilliseconds} ms)" });
        }
        finally
        {
            _ended.Set();
            _deadline.Dispose();
        }
    }

    /// <summary>
    /// At half its time an operation is asked what it does, and at its end again: who says something else then makes progress and gets
    /// the same time once more.
    /// </summary>
    private void Look()
    {
        var mayGoOn = _run.Operation is Operation.Start or Operation.Monitor;
        var says = mayGoOn ? _progress() : "";
        if (_isHalf) _atHalf = says;
        else if (says.Length == 0 || says == _atHalf)
        {
            Expire();
            return;
        }
        else if (Volatile.Read(ref _answered) == 0) _answer(new ResourceEvent.Progress(_run.Id, _run.Resource, says));

        _isHalf = !_isHalf;
        try
        {
            _deadline.Change(_run.Timeout / 2, System.Threading.Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // It has ended meanwhile.
        }
    }

    private void Expire()
    {
        Answer(Verdict.Failed($"{_run.Operation} timed out after {_run.Timeout.TotalSeconds:0.###} s"));
        _abandon.Cancel();
    }

    private void Answer(Verdict verdict)
    {
        if (Interlocked.Exchange(ref _answered, 1) != 0) return;
        _answer(new ResourceEvent.Done(_run.Id, _run.Resource, _run.Operation, verdict.Outcome, verdict.Text));
    }
}
