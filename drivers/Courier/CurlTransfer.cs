using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Core;

namespace Appliance.Drivers.Courier;

/// <summary>One transfer by libcurl, with its bounds set, no proxy of the environment and nothing kept of what the other side
/// says.</summary>
internal sealed unsafe class CurlTransfer : IDisposable
{
    private static readonly Lock Once = new();
    private static bool _isReady;
    private readonly nint _handle;
    private readonly byte* _error;
    private nint _list;

    private CurlTransfer(nint handle)
    {
        _handle = handle;
        _error = (byte*)NativeMemory.AllocZeroed(CurlLibrary.ErrorBytes);
        Set(CurlLibrary.ErrorBuffer, (nint)_error);
        Set(CurlLibrary.NoSignal, 1);
        Set(CurlLibrary.ConnectTimeoutMs, (nint)CourierBounds.Connect.TotalMilliseconds);
        Set(CurlLibrary.TimeoutMs, (nint)CourierBounds.Whole.TotalMilliseconds);
        Set(CurlLibrary.WriteFunction, (nint)(delegate* unmanaged[Cdecl]<byte*, nuint, nuint, nint, nuint>)&Forget);
        Text(CurlLibrary.Proxy, "");
        Text(CurlLibrary.UserAgent, "appliance");
    }

    /// <summary>Null, and why not.</summary>
    public static CurlTransfer? Open(out string problem)
    {
        problem = "";
        try
        {
            lock (Once)
            {
                if (!_isReady && CurlLibrary.curl_global_init(CurlLibrary.GlobalDefault) is not 0 and var fault)
                {
                    problem = $"libcurl does not start: {Words(fault)}";
                    return null;
                }

                _isReady = true;
            }

            var handle = CurlLibrary.curl_easy_init();
            if (handle != 0) return new CurlTransfer(handle);
            problem = "libcurl makes no transfer (is memory left?)";
        }
        catch (DllNotFoundException)
        {
            problem = "libcurl.so.4 is not installed (package libcurl4t64, on Debian 12 libcurl4)";
        }

        return null;
    }

    public void Set(int option, nint value)
    {
        var result = CurlLibrary.curl_easy_setopt(_handle, option, value);
        Invariant.Check(result == 0);
    }

    public void Text(int option, string value)
    {
        var result = CurlLibrary.SetText(_handle, option, value);
        Invariant.Check(result == 0);
    }

    /// <summary>The transfer's one list: receivers or headers.</summary>
    public void List(int option, IEnumerable<string> texts)
    {
        Invariant.Check(_list == 0);
        foreach (var text in texts) _list = CurlLibrary.curl_slist_append(_list, text);
        Set(option, _list);
    }

    /// <summary>Performs it. Null when it went through, else why not.</summary>
    /// <param name="payload">What is sent.</param>
    /// <param name="isUpload">It is read piece by piece, as a mail is; else it is the body of a POST.</param>
    public string? Perform(ReadOnlySpan<byte> payload, bool isUpload)
    {
        fixed (byte* start = payload)
        {
            var rest = new Rest { Next = start, Left = (nuint)payload.Length };
            if (isUpload)
            {
                Set(CurlLibrary.Upload, 1);
                Set(CurlLibrary.ReadFunction, (nint)(delegate* unmanaged[Cdecl]<byte*, nuint, nuint, Rest*, nuint>)&Read);
                Set(CurlLibrary.ReadData, (nint)(&rest));
            }
            else
            {
                Set(CurlLibrary.PostFieldSize, payload.Length);
                Set(CurlLibrary.PostFields, (nint)start);
            }

            var result = CurlLibrary.curl_easy_perform(_handle);
            if (result == 0) return null;
            var said = Marshal.PtrToStringUTF8((nint)_error);
            return string.IsNullOrEmpty(said) ? Words(result) : $"{said} ({Words(result)})";
        }
    }

    /// <summary>Last status of the server: HTTP's, or SMTP's reply code. 0: none.</summary>
    public long Status
    {
        get
        {
            long code = 0;
            _ = CurlLibrary.curl_easy_getinfo(_handle, CurlLibrary.ResponseCode, &code);
            return code;
        }
    }

    public void Dispose()
    {
        CurlLibrary.curl_easy_cleanup(_handle);
        if (_list != 0) CurlLibrary.curl_slist_free_all(_list);
        NativeMemory.Free(_error);
    }

    private static string Words(int code) => Marshal.PtrToStringUTF8(CurlLibrary.curl_easy_strerror(code)) ?? $"error {code}";

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nuint Forget(byte* bytes, nuint size, nuint count, nint who) => size * count;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nuint Read(byte* buffer, nuint size, nuint count, Rest* rest)
    {
        var part = Math.Min(size * count, rest->Left);
        NativeMemory.Copy(rest->Next, buffer, part);
        rest->Next += part;
        rest->Left -= part;
        return part;
    }

    private struct Rest
    {
        public byte* Next;
        public nuint Left;
    }
}
