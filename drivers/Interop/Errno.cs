using System.Runtime.InteropServices;

namespace Appliance.Drivers.Interop;

/// <summary>errno values of Linux (asm-generic/errno.h) that our code tells apart.</summary>
public static class Errno
{
    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int ESRCH = 3;
    public const int EINTR = 4;
    public const int EIO = 5;
    public const int ENXIO = 6;
    public const int EBADF = 9;
    public const int EAGAIN = 11;
    public const int ENOMEM = 12;
    public const int EACCES = 13;
    public const int EBUSY = 16;
    public const int EEXIST = 17;
    public const int ENODEV = 19;
    public const int ENOTDIR = 20;
    public const int EINVAL = 22;
    public const int ENOSPC = 28;
    public const int EPIPE = 32;
    public const int ENOSYS = 38;
    public const int ETIME = 62;
    public const int EMSGSIZE = 90;
    public const int ENOPROTOOPT = 92;
    public const int EOPNOTSUPP = 95;
    public const int EADDRINUSE = 98;
    public const int EADDRNOTAVAIL = 99;
    public const int ENETDOWN = 100;
    public const int ENETUNREACH = 101;
    public const int ECONNABORTED = 103;
    public const int ENOBUFS = 105;
    public const int ETIMEDOUT = 110;
    public const int ECONNREFUSED = 111;
    public const int EHOSTUNREACH = 113;
    public const int EINPROGRESS = 115;
    public const int EREMOTEIO = 121;
    public const int ECANCELED = 125;

    /// <summary>errno of the last call of this thread.</summary>
    public static int Last => Marshal.GetLastPInvokeError();

    /// <summary>The kernel's words for an errno, e.g. "Device or resource busy".</summary>
    public static string Words(int errno) => Marshal.GetPInvokeErrorMessage(errno);

    /// <summary>The kernel's words for the last call of this thread.</summary>
    public static string LastWords => Words(Last);
}
