using System.Globalization;
using System.Text;

namespace Appliance.Drivers.Usb;

/// <summary>FT245R chips through libusb.</summary>
public sealed unsafe class LinuxFtdiBus : IFtdiBus
{
    private const ushort Vendor = 0x0403;
    private const ushort Product = 0x6001;

    /// <summary>An FT232R has the same numbers and is a serial port.</summary>
    private const string ProductName = "FT245R";

    private const int PortsMax = 7;
    private const int TextMax = 128;

    public IFtdiPins Open(string serial, string path)
    {
        try
        {
            nint context;
            var error = LibUsb.libusb_init(&context);
            if (error < 0) throw new UsbFault(UsbFaultKind.Refused, $"libusb does not start: {LibUsb.Words(error)}");
            return Search(context, serial, path);
        }
        catch (DllNotFoundException)
        {
            throw new UsbFault(UsbFaultKind.Missing, "libusb-1.0.so.0 is missing (package libusb-1.0-0)");
        }
    }

    private static LibUsbPins Search(nint context, string serial, string path)
    {
        nint* list;
        var count = LibUsb.libusb_get_device_list(context, &list);
        var meant = new List<(nint Handle, string Name)>();
        var others = new List<string>();
        try
        {
            for (var index = 0; index < count; index++)
                if (IsChip(list[index]) && (path.Length == 0 || PathOf(list[index]) == path))
                    Consider(list[index], serial, meant, others);
            if (meant.Count == 1) return LibUsbPins.Claim(context, meant[0].Handle, meant[0].Name);
            throw meant.Count > 1
                ? new UsbFault(UsbFaultKind.Several, $"{string.Join(" and ", meant.Select(one => one.Name))} are plugged in; say which by "
                    + "serial or path")
                : new UsbFault(UsbFaultKind.Missing, "no FT245R is plugged in"
                    + (serial.Length + path.Length > 0 ? $" with {(path.Length > 0 ? $"path {path}" : $"serial number {serial}")}" : "")
                    + (others.Count > 0 ? $"; found {string.Join(", ", others)}" : ""));
        }
        catch
        {
            foreach (var (handle, _) in meant) LibUsb.libusb_close(handle);
            LibUsb.libusb_exit(context);
            throw;
        }
        finally
        {
            if (count >= 0) LibUsb.libusb_free_device_list(list, 1);
        }
    }

    private static bool IsChip(nint device)
    {
        UsbDeviceDescriptor descriptor;
        return LibUsb.libusb_get_device_descriptor(device, &descriptor) == 0 && descriptor is { Vendor: Vendor, Product: Product };
    }

    private static void Consider(nint device, string serial, List<(nint Handle, string Name)> meant, List<string> others)
    {
        UsbDeviceDescriptor descriptor;
        nint handle;
        _ = LibUsb.libusb_get_device_descriptor(device, &descriptor);
        var error = LibUsb.libusb_open(device, &handle);
        if (error == LibUsb.ErrorAccess)
            throw new UsbFault(UsbFaultKind.Forbidden,
                $"the FTDI chip at {PathOf(device)} may not be opened: permission denied on /dev/bus/usb");
        if (error < 0)
        {
            others.Add($"an FTDI chip at {PathOf(device)} that cannot be opened ({LibUsb.Words(error)})");
            return;
        }

        var (product, number) = (Text(handle, descriptor.ProductText), Text(handle, descriptor.SerialText));
        var name = $"{product} {number} at {PathOf(device)}";
        if (product.Contains(ProductName, StringComparison.Ordinal) && (serial.Length == 0 || number == serial))
        {
            meant.Add((handle, name));
            return;
        }

        others.Add(name);
        LibUsb.libusb_close(handle);
    }

    private static string Text(nint handle, byte index)
    {
        var text = stackalloc byte[TextMax];
        var length = index == 0 ? 0 : LibUsb.libusb_get_string_descriptor_ascii(handle, index, text, TextMax);
        return length > 0 ? Encoding.ASCII.GetString(text, length) : "";
    }

    /// <summary>As in /sys/bus/usb/devices: bus, then the ports from the root hub on.</summary>
    private static string PathOf(nint device)
    {
        var ports = stackalloc byte[PortsMax];
        var count = LibUsb.libusb_get_port_numbers(device, ports, PortsMax);
        var words = new List<string>();
        for (var index = 0; index < count; index++) words.Add(ports[index].ToString(CultureInfo.InvariantCulture));
        return $"{LibUsb.libusb_get_bus_number(device)}-{string.Join('.', words)}";
    }
}

/// <summary>A chip that is ours.</summary>
internal sealed unsafe class LibUsbPins : IFtdiPins
{
    private const byte VendorOut = 0x40;
    private const byte VendorIn = 0xC0;
    private const byte SetBitMode = 0x0B;
    private const byte ReadPins = 0x0C;
    private const ushort AsynchronousAllOutputs = 0x01FF;
    private const byte BulkOut = 0x02;
    private readonly nint _context;
    private readonly nint _handle;
    private readonly string _name;
    private bool _isClosed;

    private LibUsbPins(nint context, nint handle, string name) => (_context, _handle, _name) = (context, handle, name);

    public static LibUsbPins Claim(nint context, nint handle, string name)
    {
        // ftdi_sio offers the chip as a serial port, which it is not. It gets it back when we let go.
        _ = LibUsb.libusb_set_auto_detach_kernel_driver(handle, 1);
        var error = LibUsb.libusb_claim_interface(handle, 0);
        return error >= 0 ? new LibUsbPins(context, handle, name) : throw FaultOf(error, name);
    }

    public void Begin(TimeSpan timeout) => Check(
        LibUsb.libusb_control_transfer(_handle, VendorOut, SetBitMode, AsynchronousAllOutputs, 0, null, 0, Milliseconds(timeout)));

    public void Write(byte pins, TimeSpan timeout)
    {
        var sent = 0;
        Check(LibUsb.libusb_bulk_transfer(_handle, BulkOut, &pins, 1, &sent, Milliseconds(timeout)));
        if (sent != 1) throw new UsbFault(UsbFaultKind.Refused, $"{_name} took {sent} bytes of 1");
    }

    public byte Read(TimeSpan timeout)
    {
        byte pins;
        var count = LibUsb.libusb_control_transfer(_handle, VendorIn, ReadPins, 0, 0, &pins, 1, Milliseconds(timeout));
        Check(count);
        return count == 1 ? pins : throw new UsbFault(UsbFaultKind.Refused, $"{_name} does not say how its pins are");
    }

    public void Dispose()
    {
        if (_isClosed) return;
        _isClosed = true;
        _ = LibUsb.libusb_release_interface(_handle, 0);
        LibUsb.libusb_close(_handle);
        LibUsb.libusb_exit(_context);
    }

    /// <summary>0 would mean for ever.</summary>
    private static uint Milliseconds(TimeSpan timeout) => (uint)Math.Max(1, timeout.TotalMilliseconds);

    private void Check(int result)
    {
        if (result < 0) throw FaultOf(result, _name);
    }

    private static UsbFault FaultOf(int error, string name) => new(error switch
    {
        LibUsb.ErrorAccess => UsbFaultKind.Forbidden,
        LibUsb.ErrorNoDevice or LibUsb.ErrorNotFound or LibUsb.ErrorIo => UsbFaultKind.Vanished,
        LibUsb.ErrorBusy => UsbFaultKind.Busy,
        LibUsb.ErrorTimeout => UsbFaultKind.Silent,
        _ => UsbFaultKind.Refused,
    }, $"{name}: {LibUsb.Words(error)}");
}
