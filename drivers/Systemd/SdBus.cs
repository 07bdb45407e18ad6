using System.Runtime.InteropServices;

namespace Appliance.Drivers.Systemd;

/// <summary>The functions of libsystemd's sd-bus that we use (sd-bus(3)). Loaded at the first call. Results are negative errno.</summary>
internal static unsafe partial class SdBus
{
    private const string Library = "libsystemd.so.0";

    [LibraryImport(Library)]
    public static partial int sd_bus_new(nint* bus);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int sd_bus_set_address(nint bus, string address);

    [LibraryImport(Library)]
    public static partial int sd_bus_set_bus_client(nint bus, int isClient);

    [LibraryImport(Library)]
    public static partial int sd_bus_start(nint bus);

    [LibraryImport(Library)]
    public static partial nint sd_bus_close_unref(nint bus);

    [LibraryImport(Library)]
    public static partial int sd_bus_get_fd(nint bus);

    [LibraryImport(Library)]
    public static partial int sd_bus_get_events(nint bus);

    [LibraryImport(Library)]
    public static partial int sd_bus_process(nint bus, nint* message);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int sd_bus_message_new_method_call(
        nint bus, nint* message, string? destination, string path, string contract, string member);

    [LibraryImport(Library)]
    public static partial int sd_bus_message_append_basic(nint message, byte type, void* value);

    [LibraryImport(Library)]
    public static partial int sd_bus_message_read_basic(nint message, byte type, void* value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int sd_bus_message_enter_container(nint message, byte type, string contents);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int sd_bus_message_is_signal(nint message, string contract, string member);

    [LibraryImport(Library)]
    public static partial byte* sd_bus_message_get_path(nint message);

    [LibraryImport(Library)]
    public static partial nint sd_bus_message_unref(nint message);

    [LibraryImport(Library)]
    public static partial int sd_bus_call(nint bus, nint message, ulong microseconds, SdBusError* error, nint* reply);

    [LibraryImport(Library)]
    public static partial void sd_bus_error_free(SdBusError* error);
}

/// <summary>sd_bus_error of sd-bus.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SdBusError
{
    public byte* Name;
    public byte* Message;
    public int NeedFree;
}
