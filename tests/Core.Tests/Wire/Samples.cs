using System.Collections.Immutable;
using Appliance.Core;
using Appliance.Core.Cluster;
using Appliance.Core.Time;
using Appliance.Core.Wire;

namespace Appliance.Core.Tests.Wire;

/// <summary>Heartbeats, keys and instants for the tests of the wire.</summary>
internal static class Samples
{
    public const string ClusterName = "site42";

    public static uint Cluster { get; } = ClusterId.Of(ClusterName);

    public static Key FirstKey { get; } = new(1, [.. Enumerable.Range(0, 32).Select(number => (byte)number)]);

    public static Key SecondKey { get; } = new(7, [.. Enumerable.Range(100, 32).Select(number => (byte)number)]);

    public static Authenticator Authenticator() => new(Cluster, new KeySet([FirstKey]));

    public static Instant At(int milliseconds) => Instant.FromMilliseconds(1_000_000 + milliseconds);

    /// <summary>A node that has just started and knows nothing.</summary>
    public static Heartbeat First() =>
        new() { Sender = 0, Flags = NodeFlags.Starting, Incarnation = 1, Sequence = 1, SentAt = 4200, ConfigDigest = 0xC0FFEE01 };

    /// <summary>A node with two groups that hears its peer on links 0 and 2.</summary>
    public static Heartbeat Busy()
    {
        var heartbeat = new Heartbeat
        {
            Sender = 1,
            Flags = NodeFlags.Maintenance,
            Incarnation = 0x1122334455667788,
            Sequence = 0x0102030405060708,
            SentAt = 0xDEADBEEF,
            EchoIncarnation = 3,
            EchoSequence = 4711,
            ConfigDigest = 0xC0FFEE01,
            MaintenanceLeft = 3600,
            LinksHeard = 0b101,
            PingsSeen = 1,
            PingsKnown = 2,
            GroupCount = 2,
        };
        heartbeat.Groups[0] = new GroupFacts(Role.Active, DataStanding.UpToDate, true, new Vote(7, 1), Wish.None, 1000);
        heartbeat.Groups[1] = new GroupFacts(Role.Passive, DataStanding.Consistent, false, new Vote(3, 0), Wish.Takeover, 250);
        return heartbeat;
    }

    /// <summary>A primary that lost its replication link.</summary>
    public static Heartbeat Alone()
    {
        var heartbeat = Busy() with { GroupCount = 1 };
        heartbeat.Groups[0] = heartbeat.Groups[0] with { Data = DataStanding.Alone };
        return heartbeat;
    }

    /// <summary>A node that serves and has the telephone lines of one group, and none of those of another.</summary>
    public static Heartbeat Lines()
    {
        var heartbeat = Busy();
        heartbeat.Groups[0] = heartbeat.Groups[0] with { Line = LineStanding.Here };
        heartbeat.Groups[1] = heartbeat.Groups[1] with { Line = LineStanding.There };
        return heartbeat;
    }

    /// <summary>The longest heartbeat.</summary>
    public static Heartbeat Full()
    {
        var heartbeat = Busy() with { GroupCount = Limits.GroupsMax };
        for (var number = 0; number < Limits.GroupsMax; number++)
            heartbeat.Groups[number] = new GroupFacts(
                Role.Active, DataStanding.UpToDate, true, new Vote(9, (byte)(number % 2)), Wish.None, 1000);
        return heartbeat;
    }

    /// <summary>The signed frame of a heartbeat.</summary>
    public static byte[] Frame(in Heartbeat heartbeat, Authenticator? authenticator = null, uint? cluster = null)
    {
        var frame = new byte[FrameLayout.FrameSizeMax];
        var length = HeartbeatCodec.Encode(heartbeat, cluster ?? Cluster, frame);
        return frame[..(authenticator ?? Authenticator()).Seal(frame, length)];
    }

    /// <summary>The frame on a serial line.</summary>
    public static byte[] Stream(byte[] frame)
    {
        var stream = new byte[SerialFramer.StreamMax];
        return stream[..SerialFramer.Frame(frame, stream)];
    }

    public static bool Same(in Heartbeat left, in Heartbeat right) => Bytes(left).SequenceEqual(Bytes(right));

    private static byte[] Bytes(in Heartbeat heartbeat)
    {
        var frame = new byte[FrameLayout.FrameSizeMax];
        return frame[..HeartbeatCodec.Encode(heartbeat, 0, frame)];
    }
}
