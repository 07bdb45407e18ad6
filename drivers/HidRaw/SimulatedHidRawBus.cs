using System.Collections.Immutable;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.HidRaw;

/// <summary>A device for <see cref="SimulatedHidRawBus"/>. Faults it models: gone, forbidden, refuses (errno) a number of times.</summary>
public abstract class SimulatedHidDevice
{
    public abstract HidRawInfo Info { get; }

    public bool Gone { get; set; }

    public bool Forbidden { get; set; }

    /// <summary>The next calls fail with <see cref="Error"/>.</summary>
    public int Failures { get; set; }

    public int Error { get; set; } = Errno.EPIPE;

    /// <summary>Input reports that wait to be read.</summary>
    public Queue<byte[]> Input { get; } = new();

    /// <summary>An output report, number first.</summary>
    public abstract void Output(ReadOnlySpan<byte> report);

    public virtual void FeatureSet(ReadOnlySpan<byte> report)
    {
    }

    /// <summary>Fills the report; how many bytes came.</summary>
    public virtual int FeatureGet(Span<byte> report) => 0;
}

/// <summary>The twin of <see cref="LinuxHidRawBus"/>.</summary>
public sealed class SimulatedHidRawBus(params SimulatedHidDevice[] devices) : IHidRawBus
{
    public ImmutableArray<HidRawInfo> List() => [.. devices.Where(device => !device.Gone).Select(device => device.Info)];

    public IHidRawDevice Open(string path)
    {
        var device = devices.FirstOrDefault(device => device.Info.Path == path && !device.Gone)
            ?? throw new HidRawFault(Errno.ENOENT, $"{path} does not exist: is the board plugged in?");
        return device.Forbidden
            ? throw new HidRawFault(Errno.EACCES, $"{path} cannot be opened: permission denied")
            : new Opened(device);
    }

    private sealed class Opened(SimulatedHidDevice device) : IHidRawDevice
    {
        /// <summary>Readable for ever: reading tells whether there is something.</summary>
        private readonly WakeUp _ready = Ready();

        private bool _isDead;

        public HidRawInfo Info => device.Info;

        public int Fd => _ready.Fd;

        public void Write(ReadOnlySpan<byte> report)
        {
            Check();
            device.Output(report);
        }

        public void SetFeature(ReadOnlySpan<byte> report)
        {
            Check();
            device.FeatureSet(report);
        }

        public int GetFeature(Span<byte> report)
        {
            Check();
            return device.FeatureGet(report);
        }

        public int Read(Span<byte> room)
        {
            Check();
            if (!device.Input.TryDequeue(out var report)) return 0;
            report.AsSpan(0, Math.Min(report.Length, room.Length)).CopyTo(room);
            return Math.Min(report.Length, room.Length);
        }

        public void Dispose() => _ready.Dispose();

        private static WakeUp Ready()
        {
            var ready = new WakeUp();
            ready.Pulse();
            return ready;
        }

        /// <summary>A device that was away once is another one when it is back.</summary>
        private void Check()
        {
            _isDead |= device.Gone;
            if (_isDead) throw new HidRawFault(Errno.ENODEV, $"{Info} cannot be reached: {Errno.Words(Errno.ENODEV)}");
            if (device.Failures <= 0) return;
            device.Failures--;
            throw new HidRawFault(device.Error, $"{Info} refuses: {Errno.Words(device.Error)}");
        }
    }
}
