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
    private readonly Action<ResourceEvent.Done> _answer;
    private readonly OperationRun? _predecessor;
    private readonly CancellationTokenSource _abandon = new();
    private readonly ManualResetEventSlim _ended = new();
    private readonly Timer _deadline;
    private int _answered;

    public OperationRun(
        ResourceEffect.Run run, OperationRun? predecessor, Func<Operation, CancellationToken, Verdict> perform,
            Action<ResourceEvent.Done> answer)
    {
        (_run, _predecessor, _perform, _answer) = (run, predecessor, perform, answer);
        _deadline = new Timer(
            static state => ((OperationRun)state!).Expire(), this, run.Timeout, System.Threading.Timeout.InfiniteTimeSpan);
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
