namespace Appliance.Core.Wire;

/// <summary>Sizes and offsets of a frame, in bytes. The tables are in docs/PROTOCOL.md.</summary>
public static class FrameLayout
{
    /// <summary>"AH": tells our datagrams from whatever else is sent to the port.</summary>
    public const ushort Magic = 0x4148;

    public const int KeyIdOffset = 3;

    /// <summary>Magic, version, key id, cluster id.</summary>
    public const int HeaderSize = 2 + 1 + 1 + 4;

    /// <summary>The facts of the node without its groups.</summary>
    public const int NodeSize = 1 + 1 + 8 + 8 + 4 + 4 + 4 + 4 + 4 + 1 + 1 + 1 + 1;

    public const int GroupSize = 1 + 1 + 1 + 4 + 1 + 2;

    /// <summary>HMAC-SHA256, its first sixteen bytes (RFC 2104 §5).</summary>
    public const int MacSize = 16;

    public const int FrameSizeMin = HeaderSize + NodeSize + MacSize;

    public const int FrameSizeMax = FrameSizeMin + (Limits.GroupsMax * GroupSize);
}
