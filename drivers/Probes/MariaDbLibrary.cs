using System.Runtime.InteropServices;

namespace Appliance.Drivers.Probes;

/// <summary>MariaDB Connector/C (libmariadb.so.3). Loaded at the first call, so only where a mysql probe is configured.</summary>
internal static unsafe partial class MariaDbLibrary
{
    private const string Library = "libmariadb.so.3";

    /// <summary>enum mysql_option of mysql.h.</summary>
    public const int ConnectTimeout = 0;
    public const int ReadTimeout = 11;
    public const int WriteTimeout = 12;
    public const int VerifyServerCertificate = 21;

    /// <summary>Server error numbers that mean "I live, but not for you".</summary>
    public const uint AccessDenied = 1045;
    public const uint AccessDeniedNoPassword = 1698;

    /// <summary>No rights on the schema, on the table, or for the statement.</summary>
    public const uint SchemaDenied = 1044;
    public const uint TableDenied = 1142;
    public const uint StatementDenied = 1227;

    /// <summary>There is no such schema, no such table yet.</summary>
    public const uint NoSchema = 1049;
    public const uint NoTable = 1146;

    /// <summary>Told to be read-only: by read_only, by a table's engine, by the whole server.</summary>
    public const uint ReadOnlyOption = 1290;
    public const uint ReadOnlyTable = 1036;
    public const uint ReadOnlyServer = 1836;

    /// <summary>No room: on the disk, in the tablespace; the words of engine and file layer have the kernel's number in them.</summary>
    public const uint DiskFull = 1021;
    public const uint TableFull = 1114;
    public const uint EngineError = 1030;
    public const uint WriteError = 3;

    [LibraryImport(Library)]
    public static partial nint mysql_init(nint handle);

    [LibraryImport(Library)]
    public static partial int mysql_optionsv(nint handle, int option, void* value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint mysql_real_connect(
        nint handle, string? host, string? user, string? password, string? database, uint port, string? socket, ulong flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mysql_query(nint handle, string query);

    [LibraryImport(Library)]
    public static partial nint mysql_store_result(nint handle);

    [LibraryImport(Library)]
    public static partial ulong mysql_num_rows(nint result);

    [LibraryImport(Library)]
    public static partial uint mysql_num_fields(nint result);

    [LibraryImport(Library)]
    public static partial byte** mysql_fetch_row(nint result);

    [LibraryImport(Library)]
    public static partial void mysql_free_result(nint result);

    [LibraryImport(Library)]
    public static partial uint mysql_errno(nint handle);

    [LibraryImport(Library)]
    public static partial nint mysql_error(nint handle);

    [LibraryImport(Library)]
    public static partial void mysql_close(nint handle);
}
