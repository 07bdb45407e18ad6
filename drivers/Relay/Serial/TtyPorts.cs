using Appliance.Drivers.Interop;
using Appliance.Drivers.SerialPort;

namespace Appliance.Drivers.Relay.Serial;

/// <summary>Serial ports of this machine, by any name that leads to one: a name under /dev/serial/by-id follows its device to another
/// number.</summary>
internal static class TtyPorts
{
    /// <summary>Boards on CDC-ACM ignore the speed, but one has to be set.</summary>
    private const int AnyBaud = 9600;

    public static OpenPort At(string port, int baud) => (out string problem, out RelayFault fault) =>
    {
        var opened = LinuxSerialPort.TryOpen(port, baud == 0 ? AnyBaud : baud, out problem, out var error);
        fault = opened is not null ? RelayFault.None : error switch
        {
            Errno.ENOENT or Errno.ENXIO or Errno.ENODEV or Errno.ENOTDIR => RelayFault.Missing,
            Errno.EACCES or Errno.EPERM => RelayFault.Forbidden,
            Errno.EBUSY => RelayFault.Busy,
            0 => RelayFault.WrongDevice,
            Errno.EIO => RelayFault.Vanished,
            _ => RelayFault.Missing,
        };
        if (fault == RelayFault.Forbidden) problem += "; the udev rules give it to the group \"dialout\"";
        return opened;
    };

    /// <summary>Vendor and product of the USB device behind a port, "1a86:7523"; null where there is none.</summary>
    public static string? UsbIdOf(string port)
    {
        try
        {
            var target = new FileInfo(port).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? port;
            var device = new DirectoryInfo($"/sys/class/tty/{Path.GetFileName(target)}/device");
            // The tty's device is the interface or the port on it; the USB device is one or two above.
            var folder = device.Exists ? device.ResolveLinkTarget(returnFinalTarget: true)?.FullName : null;
            for (var up = 0; up < 3 && folder is not null; up++, folder = Path.GetDirectoryName(folder))
                if (File.Exists(Path.Combine(folder, "idVendor")))
                    return $"{ReadLine(folder, "idVendor")}:{ReadLine(folder, "idProduct")}";
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null; // It went away while we looked: opening it will say so.
        }
    }

    private static string ReadLine(string folder, string name) => File.ReadAllText(Path.Combine(folder, name)).Trim();
}
