using System.Diagnostics;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.Gpio;

/// <summary>
/// The twin. Levels are physical (true is high), as on the pins. Faults it models: chip gone, line in use, line that sticks at a level, no
/// permission, more changes than anybody fetches.
/// </summary>
public sealed class SimulatedGpioChip(int lines = 8, string label = "simulated") : IGpioChip
{
    /// <summary>The kernel keeps sixteen changes of a line.</summary>
    internal const int EventsMax = 16;

    private readonly object _gate = new();
    private readonly Pin[] _pins = [.. Selection.Range(0, lines).Select(_ => new Pin())];

    public string Name => $"/dev/gpiochip9 ({label})";

    public int Lines => lines;

    /// <summary>Unplugged: everything fails until it is back, and lines that were asked for stay dead.</summary>
    public bool Gone
    {
        get;
        set
        {
            lock (_gate)
            {
                field = value;
                if (!value) return;
                foreach (var pin in _pins) pin.Owner?.Kill();
                Monitor.PulseAll(_gate);
            }
        }
    }

    public bool Forbidden { get; set; }

    /// <summary>Somebody else has the line.</summary>
    public void Occupy(int offset, string consumer) => _pins[offset].Consumer = consumer;

    /// <summary>The output transistor is dead: the pin stays at this level whatever is asked.</summary>
    public void Stick(int offset, bool level)
    {
        lock (_gate) (_pins[offset].IsStuck, _pins[offset].Level) = (true, level);
    }

    /// <summary>What a voltmeter shows.</summary>
    public bool Level(int offset)
    {
        lock (_gate) return _pins[offset].Level;
    }

    /// <summary>True while something of ours drives the pin.</summary>
    public bool IsDriven(int offset)
    {
        lock (_gate) return _pins[offset].Owner is { IsOutput: true };
    }

    /// <summary>The world outside pulls the pin.</summary>
    public void Drive(int offset, bool level)
    {
        lock (_gate)
        {
            Change(_pins[offset], level);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Contact bounce: a pulse that is shorter than any debounce.</summary>
    public void Bounce(int offset)
    {
        lock (_gate)
            if (_pins[offset].Owner is { Debounce.Ticks: > 0 }) return;
        var level = Level(offset);
        Drive(offset, !level);
        Drive(offset, level);
    }

    public IGpioLine Output(int offset, bool value, bool activeLow = false) =>
        Take(offset, new Line(this, offset, true, GpioEdge.None, activeLow, TimeSpan.Zero), value != activeLow);

    public IGpioLine Input(int offset, GpioEdge edge, bool activeLow = false, TimeSpan debounce = default) =>
        Take(offset, new Line(this, offset, false, edge, activeLow, debounce), null);

    public IGpioLine Look(int offset, bool activeLow = false) =>
        Take(offset, new Line(this, offset, false, GpioEdge.None, activeLow, TimeSpan.Zero), null);

    /// <summary>Nothing of ours needs it; tests close and open it as often as they like.</summary>
    public void Dispose()
    {
    }

    private Line Take(int offset, Line line, bool? level)
    {
        lock (_gate)
        {
            if (Forbidden) throw new GpioFault(Errno.EACCES, "/dev/gpiochip9 cannot be opened: permission denied");
            if (Gone) throw new GpioFault(Errno.ENODEV, $"{Name} is gone: was the adapter unplugged?");
            if (offset < 0 || offset >= lines) throw new GpioFault(Errno.EINVAL, $"{Name} has no line {offset}; expected 0 to {lines - 1}");
            var pin = _pins[offset];
            var consumer = pin.Owner is null ? pin.Consumer : "appliance";
            if (consumer.Length > 0) throw new GpioFault(Errno.EBUSY, $"line {offset} of {Name} is in use by \"{consumer}\"");
            pin.Owner = line;
            if (level is { } asked) Change(pin, asked);
            return line;
        }
    }

    private static void Change(Pin pin, bool level)
    {
        if (pin.IsStuck || pin.Level == level) return;
        pin.Level = level;
        pin.Owner?.Notice(level);
    }

    private sealed class Pin
    {
        public bool Level;
        public bool IsStuck;
        public string Consumer = "";
        public Line? Owner;
    }

    private sealed class Line(SimulatedGpioChip chip, int offset, bool isOutput, GpioEdge edge, bool activeLow, TimeSpan debounce)
        : IGpioLine
    {
        private readonly Queue<GpioEvent> _events = new();
        private uint _sequence;
        private bool _isDead;

        public bool IsOutput => isOutput;

        public TimeSpan Debounce => debounce;

        public bool Value
        {
            get
            {
                lock (chip._gate) return Alive()._pins[offset].Level != activeLow;
            }

            set
            {
                lock (chip._gate)
                {
                    if (!isOutput) throw new GpioFault(Errno.EPERM, $"line {offset} of {chip.Name} cannot be set: it is no output of ours");
                    Change(Alive()._pins[offset], value != activeLow);
                }
            }
        }

        public bool WaitEdge(TimeSpan timeout, out GpioEvent happened)
        {
            var clock = Stopwatch.StartNew();
            lock (chip._gate)
            {
                while (!Next(out happened))
                {
                    var left = timeout - clock.Elapsed;
                    if (left <= TimeSpan.Zero) return false;
                    _ = Monitor.Wait(chip._gate, left);
                }

                return true;
            }
        }

        public void Kill() => _isDead = true;

        public void Notice(bool level)
        {
            var isRising = level != activeLow;
            if (!edge.HasFlag(isRising ? GpioEdge.Rising : GpioEdge.Falling)) return;
            _sequence++;
            // Like the kernel's: the oldest makes room.
            if (_events.Count == EventsMax) _events.Dequeue();
            _events.Enqueue(new GpioEvent(isRising, Stopwatch.GetElapsedTime(0), _sequence));
        }

        public void Dispose()
        {
            lock (chip._gate)
                if (chip._pins[offset].Owner == this) chip._pins[offset].Owner = null;
        }

        private bool Next(out GpioEvent happened)
        {
            _ = Alive();
            return _events.TryDequeue(out happened);
        }

        private SimulatedGpioChip Alive() =>
            _isDead || chip.Gone
                ? throw new GpioFault(Errno.ENODEV, $"line {offset} of {chip.Name} is gone: was the adapter unplugged?") : chip;
    }
}
