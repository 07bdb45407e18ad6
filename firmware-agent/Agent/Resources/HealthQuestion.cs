using System.Diagnostics;
using Appliance.Core;
using Appliance.Core.Layers;
using Appliance.Drivers.Probes;

namespace Appliance.Agent.Resources;

/// <summary>Asks about the health of one resource every so often on a thread of its own; so many misses in a row are a failure.</summary>
internal sealed class HealthQuestion : IDisposable
{
    /// <summary>At least that part of the interval is left to the service when an answer was long in coming.</summary>
    private const int RestShare = 20;

    private readonly CancellationTokenSource _stop = new();
    private readonly TimeSpan _interval;
    private readonly Func<CancellationToken, ProbeAnswer> _ask;
    private readonly int _missesMax;
    private readonly Action<ProbeAnswer, int> _answered;
    private readonly Action<ProbeAnswer, string> _failed;

    /// <param name="interval">From one question to the next, however long the answer took.</param>
    /// <param name="answered">Told every answer and the misses in a row.</param>
    /// <param name="failed">Told the last answer and all of it in words after <paramref name="missesMax"/> misses, and again after as
    /// many.</param>
    public HealthQuestion(
        string name, TimeSpan interval, int missesMax, Func<CancellationToken, ProbeAnswer> ask, Action<ProbeAnswer, int> answered,
            Action<ProbeAnswer, string> failed)
    {
        (_interval, _missesMax, _ask, _answered, _failed) = (interval, missesMax, ask, answered, failed);
        new Thread(Run, Limits.ThreadStackBytes) { IsBackground = true, Name = $"health {name}" }.Start();
    }

    /// <summary>Ends it; a question under way is not waited for and its answer not told.</summary>
    public void Dispose() => _stop.Cancel();

    private void Run()
    {
        var misses = 0;
        var pause = _interval;
        while (!_stop.Token.WaitHandle.WaitOne(pause))
        {
            var asked = Stopwatch.GetTimestamp();
            var answer = _ask(_stop.Token);
            if (_stop.IsCancellationRequested) return;
            (misses, var failed) = LayerRule.Count(misses, answer.Healthy, _missesMax);
            _answered(answer, misses);
            if (failed)
            {
                _failed(answer, misses == 1 ? answer.Text : $"{answer.Text} ({misses} times in a row)");
                misses = 0;
            }

            var (left, least) = (_interval - Stopwatch.GetElapsedTime(asked), _interval / RestShare);
            pause = left > least ? left : least;
        }
    }
}
