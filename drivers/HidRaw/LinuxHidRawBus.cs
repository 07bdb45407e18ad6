using System.Collections.Immutable;
using System.Globalization;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.HidRaw;

/// <summary>/dev/hidraw* and /sys/class/hidraw.</summary>
public sealed class LinuxHidRawBus : IHidRawBus
{
    private const string Class = "/sys/class/hidraw";

    public ImmutableArray<HidRawInfo> List()
    {
        if (!Directory.Exists(Class)) return [];
        var found = ImmutableArray.CreateBuilder<HidRawInfo>();
        foreach (var entry in Directory.EnumerateFileSystemEntries(Class))
        {
            try
            {
                var name = Path.GetFileName(entry);
                if (Parse($"/dev/{name}", File.ReadAllLines(Path.Combine(entry, "device", "uevent"))) is { } info) found.Add(info);
            }
            catch (IOException)
            {
                // Unplugged between the listing and the look: then it is not there.
            }
        }

        return found.ToImmutable();
    }

    public IHidRawDevice Open(string path) => LinuxHidRaw.Open(path);

    /// <summary>Reads HID_ID=0003:000016C0:000005DF and HID_NAME=…; null when they are not there.</summary>
    internal static HidRawInfo? Parse(string path, IEnumerable<string> lines)
    {
        ushort? vendor = null;
        ushort? product = null;
        var name = "";
        foreach (var line in lines)
        {
            var (key, value) = line.IndexOf('=') is > 0 and var at ? (line[..at], line[(at + 1)..]) : (line, "");
            if (key == "HID_NAME") name = value;
            if (key != "HID_ID") continue;
            var parts = value.Split(':');
            if (parts.Length != 3) return null;
            (vendor, product) = (Number(parts[1]), Number(parts[2]));
        }

        return vendor is { } v && product is { } p ? new HidRawInfo(path, v, p, name) : null;
    }

    private static ushort? Number(string text) =>
        uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? (ushort)number : null;
}

/// <summary>A device behind /dev/hidrawN.</summary>
internal sealed unsafe class LinuxHidRaw : IHidRawDevice
{
    private const int Opening = 2 | 0x800 | 0x80000; // O_RDWR | O_NONBLOCK | O_CLOEXEC
    internal const nuint GetInfo = 0x80084803; // HIDIOCGRAWINFO
    internal const nuint GetName = 0x81004804; // HIDIOCGRAWNAME(256)
    private const int NameMax = 256;
    private readonly Descriptor _device;

    private LinuxHidRaw(HidRawInfo info, Descriptor device) => (Info, _device) = (info, device);

    public HidRawInfo Info { get; }

    public int Fd => _device.Fd;

    /// <summary>HIDIOCSFEATURE(size): the size is part of the request.</summary>
    internal static nuint SetFeatureRequest(int size) => 0xC0004806 | ((nuint)size << 16);

    /// <summary>HIDIOCGFEATURE(size).</summary>
    internal static nuint GetFeatureRequest(int size) => 0xC0004807 | ((nuint)size << 16);

    public static LinuxHidRaw Open(string path)
    {
        var fd = Libc.open(path, Opening);
        if (fd < 0)
            throw new HidRawFault(Errno.Last, Errno.Last switch
            {
                Errno.ENOENT => $"{path} does not exist: is the board plugged in?",
                Errno.EACCES => $"{path} cannot be opened: permission denied; the udev rules give it to its group",
                _ => $"{path} cannot be opened: {Errno.LastWords}",
            });
        var device = new Descriptor(fd);
        DeviceInfo info;
        var name = stackalloc byte[NameMax];
        if (Libc.ioctl(fd, GetInfo, &info) < 0 || Libc.ioctl(fd, GetName, name) < 0)
        {
            var words = Errno.LastWords;
            device.Dispose();
            throw new HidRawFault(Errno.EINVAL, $"{path} is not a human interface device: {words}");
        }

        var text = System.Runtime.InteropServices.Marshal.PtrToStringUTF8((nint)name) ?? "";
        return new LinuxHidRaw(new HidRawInfo(path, info.Vendor, info.Product, text), device);
    }

    public void Write(ReadOnlySpan<byte> report)
    {
        fixed (byte* bytes = report)
            if (Libc.write(Fd, bytes, report.Length) < 0) throw Fault("takes no report");
    }

    public void SetFeature(ReadOnlySpan<byte> report)
    {
        fixed (byte* bytes = report)
            if (Libc.ioctl(Fd, SetFeatureRequest(report.Length), bytes) < 0) throw Fault("takes no feature report");
    }

    public int GetFeature(Span<byte> report)
    {
        fixed (byte* bytes = report)
        {
            var count = Libc.ioctl(Fd, GetFeatureRequest(report.Length), bytes);
            return count < 0 ? throw Fault("gives no feature report") : count;
        }
    }

    public int Read(Span<byte> room)
    {
        fixed (byte* bytes = room)
        {
            var read = Transfer.Of(Libc.read(Fd, bytes, room.Length));
            return read.Failed ? throw Fault("cannot be read") : read.Count;
        }
    }

    public void Dispose() => _device.Dispose();

    private HidRawFault Fault(string what) => new(Errno.Last, $"{Info} {what}: {Errno.LastWords}");

    /// <summary>struct hidraw_devinfo; the numbers are signed there and mean unsigned ones.</summary>
    private struct DeviceInfo
    {
        public uint Bus;
        public ushort Vendor;
        public ushort Product;
    }
}
