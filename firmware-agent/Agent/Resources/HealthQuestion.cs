using Appliance.Core;
using Appliance.Drivers.Probes;

namespace Appliance.Agent.Resources;

/// <summary>Asks about the health of one resource every so often on a thread of its own; so many misses in a row are a failure.</summary>
internal sealed class HealthQuestion : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeSpan _interval;
    private readonly Func<CancellationToken, ProbeAnswer> _ask;
    private readonly int _missesMax;
    private readonly Action<ProbeAnswer, int> _answered;
    private readonly Action<string> _failed;

    /// <param name="answered">Told every answer and the misses in a row.</param>
    /// <param name="failed">Told in words after <paramref name="missesMax"/> misses, and again after as many.</param>
    public HealthQuestion(
        string name, TimeSpan interval, int missesMax, Func<CancellationToken, ProbeAnswer> ask, Action<ProbeAnswer, int> answered,
            Action<string> failed)
    {
        (_interval, _missesMax, _ask, _answered, _failed) = (interval, missesMax, ask, answered, failed);
        new Thread(Run, Limits.ThreadStackBytes) { IsBackground = true, Name = $"health {name}" }.Start();
    }

    /// <summary>Ends it; a question under way is not waited for and its answer not told.</summary>
    public void Dispose() => _stop.Cancel();

    private void Run()
    {
        var misses = 0;
        while (!_stop.Token.WaitHandle.WaitOne(_interval))
        {
            var answer = _ask(_stop.Token);
            if (_stop.IsCancellationRequested) return;
            misses = answer.Healthy ? 0 : misses + 1;
            _answered(answer, misses);
            if (misses < _missesMax) continue;
            _failed(misses == 1 ? answer.Text : $"{answer.Text} ({misses} times in a row)");
            misses = 0;
        }
    }
}
