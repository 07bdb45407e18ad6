using System.Diagnostics;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.Gpio;

/// <summary>A line of a chip of the kernel. Its descriptor keeps it ours; the chip itself may be closed meanwhile.</summary>
internal sealed unsafe class LinuxGpioLine(int fd, string name) : IGpioLine
{
    private readonly Descriptor _line = new(fd);

    public bool Value
    {
        get
        {
            var values = new GpioLineValues { Mask = 1 };
            if (Libc.ioctl(_line.Fd, GpioUapi.GetValues, &values) < 0) throw Fault("cannot be read");
            return (values.Bits & 1) != 0;
        }

        set
        {
            var values = new GpioLineValues { Mask = 1, Bits = value ? 1UL : 0 };
            if (Libc.ioctl(_line.Fd, GpioUapi.SetValues, &values) < 0) throw Fault("cannot be set");
        }
    }

    public bool WaitEdge(TimeSpan timeout, out GpioEvent happened)
    {
        happened = default;
        if (!WaitReadable(timeout)) return false;
        GpioLineEvent found;
        if (Libc.read(_line.Fd, &found, sizeof(GpioLineEvent)) != sizeof(GpioLineEvent)) throw Fault("cannot be watched");
        happened = new GpioEvent(
            found.Id == GpioUapi.RisingEvent, TimeSpan.FromTicks((long)(found.Nanoseconds / TimeSpan.NanosecondsPerTick)),
            found.LineSequence);
        return true;
    }

    public void Dispose() => _line.Dispose();

    private bool WaitReadable(TimeSpan timeout)
    {
        var entry = new PollFd { Fd = _line.Fd, Events = PollFd.In };
        if (PollFd.Wait(&entry, 1, timeout) == 0) return false;
        return (entry.Returned & PollFd.In) != 0 ? true : throw new GpioFault(Errno.ENODEV, $"{name} is gone: was the adapter unplugged?");
    }

    private GpioFault Fault(string what) => new(Errno.Last, Errno.Last switch
    {
        Errno.ENODEV => $"{name} is gone: was the adapter unplugged?",
        Errno.EPERM => $"{name} {what}: it is no output of ours",
        _ => $"{name} {what}: {Errno.LastWords}",
    });
}
