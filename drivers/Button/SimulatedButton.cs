using System.Diagnostics;

namespace Appliance.Drivers.Button;

/// <summary>The twin, already debounced. Faults it models: gone.</summary>
public sealed class SimulatedButton : IButton
{
    private readonly object _gate = new();
    private readonly Queue<bool> _changes = new();

    public bool IsGone
    {
        get;
        set
        {
            lock (_gate)
            {
                field = value;
                Monitor.PulseAll(_gate);
            }
        }
    }

    public void Press() => Set(true);

    public void Release() => Set(false);

    public bool WaitChange(TimeSpan timeout, out bool isDown)
    {
        var clock = Stopwatch.StartNew();
        lock (_gate)
        {
            while (_changes.Count == 0 && !IsGone)
            {
                var left = timeout - clock.Elapsed;
                if (left <= TimeSpan.Zero || !Monitor.Wait(_gate, left)) break;
            }

            if (IsGone) throw new IOException("line 6 of /dev/gpiochip9 is gone: was the adapter unplugged?");
            return _changes.TryDequeue(out isDown);
        }
    }

    public void Dispose()
    {
    }

    private void Set(bool isDown)
    {
        lock (_gate)
        {
            _changes.Enqueue(isDown);
            Monitor.PulseAll(_gate);
        }
    }
}
