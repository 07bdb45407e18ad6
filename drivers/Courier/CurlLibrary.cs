using System.Runtime.InteropServices;

namespace Appliance.Drivers.Courier;

/// <summary>
/// libcurl (libcurl.so.4): mail and HTTP with TLS. Loaded at the first call, so only where an alert by mail or webhook is configured.
/// Numbers are those of curl.h. <c>curl_easy_setopt</c> and <c>curl_easy_getinfo</c> take a variable argument: on Linux a pointer or a
/// long goes there as into a fixed one.
/// </summary>
internal static unsafe partial class CurlLibrary
{
    private const string Library = "libcurl.so.4";

    public const int WriteFunction = 20011;
    public const int ReadFunction = 20012;
    public const int ReadData = 10009;
    public const int Url = 10002;
    public const int Proxy = 10004;
    public const int ErrorBuffer = 10010;
    public const int PostFields = 10015;
    public const int UserAgent = 10018;
    public const int HttpHeader = 10023;
    public const int Upload = 46;
    public const int PostFieldSize = 60;
    public const int CaInfo = 10065;
    public const int NoSignal = 99;
    public const int UseSsl = 119;
    public const int TimeoutMs = 155;
    public const int ConnectTimeoutMs = 156;
    public const int UserName = 10173;
    public const int Password = 10174;
    public const int Protocols = 181;
    public const int MailFrom = 10186;
    public const int MailReceivers = 10187;

    /// <summary>CURLINFO_RESPONSE_CODE.</summary>
    public const int ResponseCode = 0x200002;

    /// <summary>CURLUSESSL_ALL: STARTTLS or an error.</summary>
    public const nint SslAll = 3;

    /// <summary>CURL_ERROR_SIZE.</summary>
    public const int ErrorBytes = 256;

    /// <summary>CURL_GLOBAL_DEFAULT.</summary>
    public const long GlobalDefault = 3;

    [LibraryImport(Library)]
    public static partial int curl_global_init(long flags);

    [LibraryImport(Library)]
    public static partial nint curl_easy_init();

    [LibraryImport(Library)]
    public static partial int curl_easy_setopt(nint handle, int option, nint value);

    [LibraryImport(Library, EntryPoint = "curl_easy_setopt", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetText(nint handle, int option, string value);

    [LibraryImport(Library)]
    public static partial int curl_easy_perform(nint handle);

    [LibraryImport(Library)]
    public static partial int curl_easy_getinfo(nint handle, int info, long* value);

    [LibraryImport(Library)]
    public static partial nint curl_easy_strerror(int code);

    [LibraryImport(Library)]
    public static partial void curl_easy_cleanup(nint handle);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint curl_slist_append(nint list, string text);

    [LibraryImport(Library)]
    public static partial void curl_slist_free_all(nint list);
}
