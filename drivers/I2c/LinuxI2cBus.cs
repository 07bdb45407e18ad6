using System.Runtime.InteropServices;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.I2c;

/// <summary>An adapter behind /dev/i2c-N (module i2c-dev). See Documentation/i2c/dev-interface.rst.</summary>
public sealed unsafe class LinuxI2cBus : II2cBus
{
    private const int Opening = 2 | 0x80000; // O_RDWR | O_CLOEXEC
    private const nuint Functions = 0x0705; // I2C_FUNCS
    private const nuint Transfer = 0x0707; // I2C_RDWR
    private const nuint PlainTransfers = 1; // I2C_FUNC_I2C
    private readonly Descriptor _bus;

    private LinuxI2cBus(string device, Descriptor bus) => (Name, _bus) = (device, bus);

    public string Name { get; }

    /// <summary>Opens an adapter.</summary>
    /// <exception cref="IOException">It cannot be opened or is none; in words.</exception>
    public static LinuxI2cBus Open(string device)
    {
        var fd = Libc.open(device, Opening);
        if (fd < 0)
            throw new IOException(Errno.Last switch
            {
                Errno.ENOENT => $"{device} does not exist: load the module i2c-dev and switch the bus on "
                    + "(on a Raspberry Pi: dtparam=i2c_arm=on)",
                Errno.EACCES => $"{device} cannot be opened: permission denied; the udev rules give it to the group \"telephony\"",
                _ => $"{device} cannot be opened: {Errno.LastWords}",
            });
        var bus = new Descriptor(fd);
        nuint functions = 0;
        if (Libc.ioctl(fd, Functions, &functions) < 0)
        {
            var words = Errno.LastWords;
            bus.Dispose();
            throw new IOException($"{device} is not an I2C bus: {words}");
        }

        if ((functions & PlainTransfers) != 0) return new LinuxI2cBus(device, bus);
        bus.Dispose();
        throw new IOException($"{device} knows only SMBus commands, no plain transfers: take another bus");
    }

    public void Write(int address, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is 0 or > I2cLimits.TransferMax) throw new ArgumentOutOfRangeException(nameof(bytes));
        int result;
        fixed (byte* first = bytes)
        {
            var message = new Message { Address = (ushort)address, Length = (ushort)bytes.Length, Bytes = first };
            var messages = new Messages { First = &message, Count = 1 };
            result = Libc.ioctl(_bus.Fd, Transfer, &messages);
        }

        if (result >= 0) return;
        throw new IOException(Errno.Last switch
        {
            Errno.ENXIO or Errno.EREMOTEIO or Errno.EIO => $"no device answers at 0x{address:x2} on {Name}: wiring, power, or another "
                + $"address (i2cdetect shows them): {Errno.LastWords}",
            Errno.ENODEV or Errno.ENOENT or Errno.EBADF => $"{Name} is gone: was the adapter unplugged?",
            Errno.ETIMEDOUT or Errno.EAGAIN => $"nobody answered at 0x{address:x2} on {Name} in time: no device at that address, or one "
                + $"that holds the bus ({Errno.LastWords})",
            _ => $"a transfer to 0x{address:x2} on {Name} failed: {Errno.LastWords}",
        });
    }

    public void Dispose() => _bus.Dispose();

    /// <summary>struct i2c_msg.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public ushort Address;
        public ushort Flags;
        public ushort Length;
        public byte* Bytes;
    }

    /// <summary>struct i2c_rdwr_ioctl_data.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Messages
    {
        public Message* First;
        public uint Count;
    }
}
