using Appliance.Drivers.Interop;

namespace Appliance.Drivers.Gpio;

/// <summary>A chip behind /dev/gpiochipN.</summary>
public sealed unsafe class LinuxGpioChip : IGpioChip
{
    private const int Opening = 2 | 0x80000; // O_RDWR | O_CLOEXEC
    private static readonly TimeSpan DebounceMax = TimeSpan.FromSeconds(60);
    private readonly Descriptor _chip;

    private LinuxGpioChip(string device, Descriptor chip, in GpioChipInfo info) =>
        (Device, _chip, Label, Lines) = (device, chip, info.Label.ToString(), (int)info.Lines);

    public string Device { get; }

    /// <summary>The driver's own name for it.</summary>
    public string Label { get; }

    public int Lines { get; }

    public string Name => $"{Device} ({Label})";

    /// <exception cref="GpioFault">It cannot be opened; in words.</exception>
    public static LinuxGpioChip Open(string device)
    {
        var fd = Libc.open(device, Opening);
        if (fd < 0)
            throw new GpioFault(Errno.Last, Errno.Last switch
            {
                Errno.ENOENT => $"{device} does not exist: is the chip's driver loaded (gpiodetect lists chips)?",
                Errno.EACCES => $"{device} cannot be opened: permission denied; the udev rules give it to the group \"gpio\"",
                _ => $"{device} cannot be opened: {Errno.LastWords}",
            });
        var chip = new Descriptor(fd);
        GpioChipInfo info;
        if (Libc.ioctl(fd, GpioUapi.GetChipInfo, &info) == 0) return new LinuxGpioChip(device, chip, info);
        var words = Errno.LastWords;
        chip.Dispose();
        throw new GpioFault(Errno.EINVAL, $"{device} is not a GPIO chip: {words}");
    }

    public IGpioLine Output(int offset, bool value, bool activeLow = false)
    {
        GpioLineRequest request = default;
        request.Config.Flags = GpioUapi.IsOutput | (activeLow ? GpioUapi.ActiveLow : 0);
        request.Config.AttributeCount = 1;
        request.Config.Attributes[0].Attribute.Id = GpioUapi.OutputValuesAttribute;
        request.Config.Attributes[0].Attribute.Value = value ? 1UL : 0;
        request.Config.Attributes[0].Mask = 1;
        return Request(offset, ref request);
    }

    public IGpioLine Input(int offset, GpioEdge edge, bool activeLow = false, TimeSpan debounce = default)
    {
        if (debounce < TimeSpan.Zero || debounce > DebounceMax)
            throw new ArgumentOutOfRangeException(nameof(debounce), $"0 to {DebounceMax.TotalSeconds} s");
        GpioLineRequest request = default;
        request.Config.Flags = GpioUapi.IsInput | (activeLow ? GpioUapi.ActiveLow : 0)
            | (edge.HasFlag(GpioEdge.Rising) ? GpioUapi.EdgeRising : 0) | (edge.HasFlag(GpioEdge.Falling) ? GpioUapi.EdgeFalling : 0);
        if (debounce > TimeSpan.Zero)
        {
            request.Config.AttributeCount = 1;
            request.Config.Attributes[0].Attribute.Id = GpioUapi.DebounceAttribute;
            request.Config.Attributes[0].Attribute.Value = (uint)debounce.TotalMicroseconds;
            request.Config.Attributes[0].Mask = 1;
        }

        return Request(offset, ref request);
    }

    public IGpioLine Look(int offset, bool activeLow = false)
    {
        GpioLineRequest request = default;
        request.Config.Flags = activeLow ? GpioUapi.ActiveLow : 0;
        return Request(offset, ref request);
    }

    public void Dispose() => _chip.Dispose();

    private LinuxGpioLine Request(int offset, ref GpioLineRequest request)
    {
        if (offset < 0 || offset >= Lines)
            throw new GpioFault(Errno.EINVAL, $"{Name} has no line {offset}; expected 0 to {Lines - 1}");
        request.Offsets[0] = (uint)offset;
        "appliance"u8.CopyTo(request.Consumer);
        request.Count = 1;
        int result, error;
        fixed (GpioLineRequest* asked = &request) result = Libc.ioctl(_chip.Fd, GpioUapi.GetLine, asked);
        error = Errno.Last;
        if (result == 0) return new LinuxGpioLine(request.Fd, $"line {offset} of {Name}");
        throw new GpioFault(error, error switch
        {
            Errno.EBUSY => $"line {offset} of {Name} is in use by {ConsumerOf(offset)}",
            Errno.ENODEV => $"{Name} is gone: was the adapter unplugged?",
            Errno.EPERM or Errno.EACCES => $"line {offset} of {Name} may not be used: {Errno.Words(error)}",
            Errno.ENXIO or Errno.EOPNOTSUPP => $"line {offset} of {Name} reports no edges: {Errno.Words(error)}",
            _ => $"line {offset} of {Name} refuses: {Errno.Words(error)}",
        });
    }

    /// <summary>Who has a line.</summary>
    private string ConsumerOf(int offset)
    {
        GpioLineInfo info = default;
        info.Offset = (uint)offset;
        var consumer = Libc.ioctl(_chip.Fd, GpioUapi.GetLineInfo, &info) == 0 ? info.Consumer.ToString() : "";
        return consumer.Length > 0 ? $"\"{consumer}\"" : "something that has no name";
    }
}
