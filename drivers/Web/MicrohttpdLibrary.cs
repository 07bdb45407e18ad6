using System.Runtime.InteropServices;

namespace Appliance.Drivers.Web;

/// <summary>
/// libmicrohttpd (libmicrohttpd.so.12): HTTP/1.1 with bounds on everything. Loaded at the first call. Numbers are those of microhttpd.h.
/// <c>MHD_start_daemon</c> takes its options as variable arguments: one of them is an array with the others.
/// </summary>
internal static unsafe partial class MicrohttpdLibrary
{
    private const string Library = "libmicrohttpd.so.12";

    /// <summary>MHD_USE_INTERNAL_POLLING_THREAD, MHD_USE_EPOLL, MHD_ALLOW_SUSPEND_RESUME (with MHD_USE_ITC).</summary>
    public const uint Flags = 8 | 512 | 8192 | 1024;

    public const int OptionEnd = 0;
    public const int OptionConnectionMemoryLimit = 1;
    public const int OptionConnectionLimit = 2;
    public const int OptionConnectionTimeout = 3;
    public const int OptionNotifyCompleted = 4;
    public const int OptionPerAddressLimit = 5;
    public const int OptionListenSocket = 12;
    public const int OptionArray = 15;
    public const int OptionThreadStackSize = 19;

    /// <summary>MHD_RESPMEM_MUST_COPY.</summary>
    public const int MustCopy = 2;

    /// <summary>MHD_HEADER_KIND.</summary>
    public const int HeaderKind = 1;

    /// <summary>MHD_CONNECTION_INFO_CLIENT_ADDRESS.</summary>
    public const int InfoClientAddress = 2;

    /// <summary>MHD_SIZE_UNKNOWN.</summary>
    public const ulong SizeUnknown = ulong.MaxValue;

    /// <summary>MHD_CONTENT_READER_END_OF_STREAM.</summary>
    public const nint EndOfStream = -1;

    [StructLayout(LayoutKind.Sequential)]
    public struct OptionItem
    {
        public int Option;
        public nint Value;
        public void* Pointer;
    }

    [LibraryImport(Library)]
    public static partial nint MHD_start_daemon(
        uint flags, ushort port, void* accept, void* acceptState, void* handler, void* handlerState, int option, OptionItem* items,
        int end);

    [LibraryImport(Library)]
    public static partial void MHD_stop_daemon(nint daemon);

    [LibraryImport(Library)]
    public static partial nint MHD_create_response_from_buffer(nuint size, void* buffer, int mode);

    [LibraryImport(Library)]
    public static partial nint MHD_create_response_from_callback(ulong size, nuint block, void* reader, void* state, void* free);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MHD_add_response_header(nint response, string name, string value);

    [LibraryImport(Library)]
    public static partial int MHD_queue_response(nint connection, uint status, nint response);

    [LibraryImport(Library)]
    public static partial void MHD_destroy_response(nint response);

    [LibraryImport(Library)]
    public static partial void MHD_suspend_connection(nint connection);

    [LibraryImport(Library)]
    public static partial void MHD_resume_connection(nint connection);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial byte* MHD_lookup_connection_value(nint connection, int kind, string key);

    /// <returns>A union whose first member is a pointer to the client's socket address.</returns>
    [LibraryImport(Library)]
    public static partial void** MHD_get_connection_info(nint connection, int info);
}
