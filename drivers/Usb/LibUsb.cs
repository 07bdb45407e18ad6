using System.Runtime.InteropServices;

namespace Appliance.Drivers.Usb;

/// <summary>libusb-1.0.so.0 (package libusb-1.0-0). Loaded at the first call, so only where an ft245r is configured.</summary>
internal static unsafe partial class LibUsb
{
    private const string Library = "libusb-1.0.so.0";

    /// <summary>enum libusb_error of libusb.h.</summary>
    public const int ErrorAccess = -3;
    public const int ErrorNoDevice = -4;
    public const int ErrorNotFound = -5;
    public const int ErrorBusy = -6;
    public const int ErrorTimeout = -7;
    public const int ErrorIo = -1;

    [LibraryImport(Library)]
    public static partial int libusb_init(nint* context);

    [LibraryImport(Library)]
    public static partial void libusb_exit(nint context);

    [LibraryImport(Library)]
    public static partial nint libusb_get_device_list(nint context, nint** list);

    [LibraryImport(Library)]
    public static partial void libusb_free_device_list(nint* list, int unreference);

    [LibraryImport(Library)]
    public static partial int libusb_get_device_descriptor(nint device, UsbDeviceDescriptor* descriptor);

    [LibraryImport(Library)]
    public static partial byte libusb_get_bus_number(nint device);

    [LibraryImport(Library)]
    public static partial int libusb_get_port_numbers(nint device, byte* ports, int count);

    [LibraryImport(Library)]
    public static partial int libusb_open(nint device, nint* handle);

    [LibraryImport(Library)]
    public static partial void libusb_close(nint handle);

    [LibraryImport(Library)]
    public static partial int libusb_get_string_descriptor_ascii(nint handle, byte index, byte* text, int length);

    [LibraryImport(Library)]
    public static partial int libusb_set_auto_detach_kernel_driver(nint handle, int enable);

    [LibraryImport(Library)]
    public static partial int libusb_claim_interface(nint handle, int number);

    [LibraryImport(Library)]
    public static partial int libusb_release_interface(nint handle, int number);

    [LibraryImport(Library)]
    public static partial int libusb_control_transfer(
        nint handle, byte type, byte request, ushort value, ushort index, byte* bytes, ushort length, uint timeout);

    [LibraryImport(Library)]
    public static partial int libusb_bulk_transfer(nint handle, byte endpoint, byte* bytes, int length, int* transferred, uint timeout);

    [LibraryImport(Library)]
    public static partial nint libusb_strerror(int error);

    public static string Words(int error) => Marshal.PtrToStringUTF8(libusb_strerror(error)) ?? $"error {error}";
}

/// <summary>struct libusb_device_descriptor: the eighteen bytes of the USB specification.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct UsbDeviceDescriptor
{
    public byte Length;
    public byte Type;
    public ushort Usb;
    public byte Class;
    public byte SubClass;
    public byte Protocol;
    public byte PacketSize;
    public ushort Vendor;
    public ushort Product;
    public ushort Version;
    public byte ManufacturerText;
    public byte ProductText;
    public byte SerialText;
    public byte Configurations;
}
