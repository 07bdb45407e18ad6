namespace Appliance.Agent.Replica.Process;

/// <summary>Ends the process when the loop's thread makes no turn for ten of this thread's seconds: a stopped or suspended machine stops
/// both, so only a thread that hangs alone is caught.</summary>
internal sealed class LoopWatchdog : IDisposable
{
    private const int SecondsMax = 10;
    private readonly Func<long> _turns;
    private readonly Action<string> _stuck;
    private readonly TimeSpan _second;
    private readonly ManualResetEventSlim _ending = new();
    private readonly Thread _thread;

    /// <param name="turns">Grows with every turn.</param>
    /// <param name="stuck">Ends the process; told why.</param>
    /// <param name="second">A second; shorter in tests.</param>
    public LoopWatchdog(Func<long> turns, Action<string> stuck, TimeSpan? second = null)
    {
        (_turns, _stuck, _second) = (turns, stuck, second ?? TimeSpan.FromSeconds(1));
        _thread = new Thread(Watch, 128 << 10) { IsBackground = true, Name = "watchdog" };
        _thread.Start();
    }

    private void Watch()
    {
        var (seen, still) = (_turns(), 0);
        while (!_ending.Wait(_second))
        {
            var now = _turns();
            still = now == seen ? still + 1 : 0;
            seen = now;
            if (still < SecondsMax) continue;
            _stuck($"the replica's thread has made no turn for {SecondsMax} s (a system call that does not return?)");
            return;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ending.Set();
        _thread.Join(TimeSpan.FromSeconds(2));
    }
}
