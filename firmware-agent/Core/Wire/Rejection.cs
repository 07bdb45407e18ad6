namespace Appliance.Core.Wire;

/// <summary>Why a frame was not believed. Each has its counter per link.</summary>
public enum Rejection : byte
{
    /// <summary>It was believed.</summary>
    None,

    /// <summary>Shorter than any frame of ours.</summary>
    Truncated,

    /// <summary>Longer than <see cref="Limits.FrameBytesMax"/>.</summary>
    Oversized,

    /// <summary>Does not begin like a frame of ours.</summary>
    Foreign,

    /// <summary>A version of the protocol that we do not speak.</summary>
    WrongVersion,

    /// <summary>From a cluster of another name.</summary>
    WrongCluster,

    /// <summary>Signed with a key id that we do not have.</summary>
    WrongKey,

    /// <summary>The signature does not fit: another secret under the same id, damage or forgery.</summary>
    BadMac,

    /// <summary>Authentic, but a field has a value that this version does not know.</summary>
    Malformed,

    /// <summary>Our own frame came back (broadcast is looped by the kernel).</summary>
    Own,

    /// <summary>Authentic, but from a node that does not speak here: perhaps two machines believe to be the same node.</summary>
    WrongSender,

    /// <summary>Heard before on this link, or too old to be news.</summary>
    Replayed,
}

/// <summary>Words for <see cref="Rejection"/>.</summary>
public static class Rejections
{
    /// <summary>Number of values.</summary>
    public const int Count = (int)Rejection.Replayed + 1;

    /// <summary>The name of its counter in status and in docs/PROTOCOL.md.</summary>
    public static string Name(this Rejection rejection) => rejection switch
    {
        Rejection.None => "accepted",
        Rejection.Truncated => "truncated",
        Rejection.Oversized => "oversized",
        Rejection.Foreign => "foreign",
        Rejection.WrongVersion => "wrong-version",
        Rejection.WrongCluster => "wrong-cluster",
        Rejection.WrongKey => "wrong-key",
        Rejection.BadMac => "bad-mac",
        Rejection.Malformed => "malformed",
        Rejection.Own => "own",
        Rejection.WrongSender => "wrong-sender",
        Rejection.Replayed => "replayed",
        _ => throw new InvariantException($"no name for rejection {rejection}"),
    };

    /// <summary>What it means and what to do, for a log line.</summary>
    public static string Words(this Rejection rejection) => rejection switch
    {
        Rejection.None => "accepted",
        Rejection.Truncated => "shorter than a heartbeat",
        Rejection.Oversized => "longer than a heartbeat",
        Rejection.Foreign => "not heartbeats: something else sends to this port or line",
        Rejection.WrongVersion => "heartbeats of another protocol version: run the same release on both nodes",
        Rejection.WrongCluster => "heartbeats of a cluster with another name: give each cluster on this LAN its own port or group",
        Rejection.WrongKey => "signed with a key that is not in our key file: copy the key file to both nodes",
        Rejection.BadMac => "the signature does not fit: compare the key files of both nodes; if they are equal somebody forges heartbeats",
        Rejection.Malformed => "authentic, but with values this release does not know: run the same release on both nodes",
        Rejection.Own => "our own",
        Rejection.WrongSender => "authentic, but from a node that has no business here: do two machines believe to be the same node?",
        Rejection.Replayed => "repeated or too old: a very slow path, or somebody replays recordings",
        _ => throw new InvariantException($"no words for rejection {rejection}"),
    };
}
