namespace Appliance.Drivers.Interop.Netlink;

/// <summary>Numbers of linux/netlink.h, linux/rtnetlink.h, linux/if_link.h and linux/if_addr.h.</summary>
public static class Rtnetlink
{
    public const int AfNetlink = 16;
    public const int AfInet = 2;
    public const int AfInet6 = 10;
    public const int NetlinkRoute = 0;

    public const ushort Error = 2;
    public const ushort Done = 3;
    public const ushort NewLink = 16;
    public const ushort DelLink = 17;
    public const ushort GetLink = 18;
    public const ushort NewAddress = 20;
    public const ushort DelAddress = 21;
    public const ushort GetAddress = 22;
    public const ushort NewRoute = 24;
    public const ushort DelRoute = 25;
    public const ushort GetRoute = 26;

    public const ushort FlagRequest = 1;
    public const ushort FlagAck = 4;
    public const ushort FlagDump = 0x300;
    public const ushort FlagReplace = 0x100;
    public const ushort FlagExclusive = 0x200;
    public const ushort FlagCreate = 0x400;

    public const ushort LinkAddress = 1;
    public const ushort LinkName = 3;

    public const ushort AddressAddress = 1;
    public const ushort AddressLocal = 2;
    public const ushort AddressBroadcast = 4;
    public const ushort AddressCache = 6;
    public const ushort AddressFlags = 8;

    /// <summary>IFA_F_NODAD: the kernel must not spend its own second on duplicate detection.</summary>
    public const uint NoDuplicateDetection = 0x02;

    /// <summary>IFA_F_DADFAILED.</summary>
    public const uint DuplicateDetectionFailed = 0x08;

    /// <summary>IFA_F_TENTATIVE.</summary>
    public const uint Tentative = 0x40;

    public const ushort RouteDestination = 1;
    public const ushort RouteOutInterface = 4;
    public const ushort RouteGateway = 5;
    public const ushort RoutePriority = 6;
    public const ushort RoutePreferredSource = 7;
    public const ushort RouteMetrics = 8;
    public const ushort RouteCache = 12;
    public const ushort RouteTable = 15;
    public const ushort RouteVia = 18;
    public const ushort RoutePreference = 20;
    public const ushort RouteExpires = 23;

    public const byte TableMain = 254;
    public const byte ScopeUniverse = 0;
    public const byte ScopeLink = 253;
    public const byte TypeUnicast = 1;

    /// <summary>rtm_protocol of every route that the agent adds, so that it knows its own after a restart. Not in iproute2's
    /// rt_protos.</summary>
    public const byte OurProtocol = 177;

    /// <summary>Groups of changes one may listen to (RTMGRP_*): links, addresses and routes of both families.</summary>
    public const uint GroupLink = 0x1;
    public const uint GroupAddresses = 0x10 | 0x100;
    public const uint GroupRoutes = 0x40 | 0x400;
}
