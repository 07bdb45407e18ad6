using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Appliance.Drivers.Watchdog;

/// <summary>linux/watchdog.h: requests and flags.</summary>
internal static class WatchdogAbi
{
    public const nuint GetSupport = 0x80285700; // WDIOC_GETSUPPORT
    public const nuint GetBootStatus = 0x80045702; // WDIOC_GETBOOTSTATUS
    public const nuint SetOptions = 0x80045704; // WDIOC_SETOPTIONS
    public const nuint KeepAlive = 0x80045705; // WDIOC_KEEPALIVE
    public const nuint SetTimeout = 0xC0045706; // WDIOC_SETTIMEOUT
    public const nuint GetTimeout = 0x80045707; // WDIOC_GETTIMEOUT
    public const nuint SetPretimeout = 0xC0045708; // WDIOC_SETPRETIMEOUT
    public const nuint GetPretimeout = 0x80045709; // WDIOC_GETPRETIMEOUT
    public const nuint GetTimeLeft = 0x8004570A; // WDIOC_GETTIMELEFT

    /// <summary>The device reset the machine: a flag of the boot status.</summary>
    public const uint CardReset = 0x0020;
    public const uint CanSetTimeout = 0x0080;
    public const uint MagicClose = 0x0100;
    public const uint Pretimeout = 0x0200;
}

/// <summary>struct watchdog_info.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WatchdogInfo
{
    public uint Options;
    public uint FirmwareVersion;
    public WatchdogIdentity Identity;
}

[InlineArray(32)]
internal struct WatchdogIdentity
{
    private byte _first;
}
