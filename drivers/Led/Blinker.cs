using Appliance.Core.Panel;

namespace Appliance.Drivers.Led;

/// <summary>
/// Blinks a light from a thread of its own, for lights that the kernel does not blink: GPIO lines, and LEDs without the trigger. Costs one
/// wake-up per change of the light; the thread exists only while something blinks.
/// </summary>
internal sealed class Blinker(string name, Action<bool> set) : IDisposable
{
    private const int StackBytes = 128 << 10;
    private static readonly TimeSpan EndBound = TimeSpan.FromSeconds(2);
    private CancellationTokenSource? _stop;
    private Thread? _thread;
    private volatile IOException? _fault;

    /// <summary>Begins a rhythm; the one before ends first. A fault of the old one is thrown here.</summary>
    public void Show(LedRhythm rhythm)
    {
        End();
        if (Interlocked.Exchange(ref _fault, null) is { } fault) throw fault;
        if (rhythm.IsSteady)
        {
            set(rhythm.OnMs > 0);
            return;
        }

        var stop = _stop = new CancellationTokenSource();
        _thread = new Thread(() => Blink(rhythm, stop.Token), StackBytes) { IsBackground = true, Name = $"led {name}" };
        _thread.Start();
    }

    /// <summary>Throws what went wrong since the last call.</summary>
    public void Check()
    {
        if (Interlocked.Exchange(ref _fault, null) is { } fault) throw fault;
    }

    public void Dispose() => End();

    private void End()
    {
        _stop?.Cancel();
        _thread?.Join(EndBound);
        (_stop, _thread) = (null, null);
    }

    private void Blink(LedRhythm rhythm, CancellationToken stop)
    {
        try
        {
            while (true)
            foreach (var (lit, milliseconds) in rhythm.Steps())
            {
                set(lit);
                if (stop.WaitHandle.WaitOne(milliseconds)) return;
            }
        }
        catch (IOException fault)
        {
            _fault = fault;
        }
    }
}
