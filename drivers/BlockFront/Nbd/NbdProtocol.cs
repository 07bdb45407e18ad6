namespace Appliance.Drivers.BlockFront.Nbd;

/// <summary>Numbers of the NBD protocol (its doc/proto.md); on the wire all are big endian.</summary>
public static class NbdProtocol
{
    /// <summary>"NBDMAGIC", the first eight bytes of a server.</summary>
    public const ulong ServerMagic = 0x4E42444D41474943;

    /// <summary>"IHAVEOPT", before every option.</summary>
    public const ulong OptionMagic = 0x49484156454F5054;
    public const ulong OptionReplyMagic = 0x0003E889045565A9;
    public const uint RequestMagic = 0x25609513;
    public const uint SimpleReplyMagic = 0x67446698;
    public const uint ChunkMagic = 0x668E33EF;

    /// <summary>Both sides know the fixed newstyle negotiation.</summary>
    public const ushort FixedNewstyle = 1;

    /// <summary>No padding behind the answer to EXPORT_NAME.</summary>
    public const ushort NoZeroes = 2;

    /// <summary>Longest name, bytes of UTF-8.</summary>
    public const int StringBytesMax = 4096;

    /// <summary>Largest payload of a request or a reply, bytes; a client that wants more is cut off.</summary>
    public const int PayloadBytesMax = 32 << 20;

    /// <summary>The one metadata context there is here.</summary>
    public static ReadOnlySpan<byte> AllocationContext => "base:allocation"u8;
}

/// <summary>What a client may ask for before data moves.</summary>
public enum NbdOption : uint
{
    ExportName = 1,
    Abort = 2,
    List = 3,
    StartTls = 5,
    Info = 6,
    Go = 7,
    StructuredReply = 8,
    ListMetaContext = 9,
    SetMetaContext = 10,
    ExtendedHeaders = 11,
}

/// <summary>How an option is answered; errors have the highest bit.</summary>
public enum NbdOptionReply : uint
{
    Ack = 1,
    Server = 2,
    Info = 3,
    MetaContext = 4,
    Unsupported = 0x80000001,
    Policy = 0x80000002,
    Invalid = 0x80000003,
    Unknown = 0x80000006,
    TooBig = 0x80000009,
}

/// <summary>What <see cref="NbdOption.Info"/> can tell about an export.</summary>
public enum NbdInfo : ushort
{
    Export = 0,
    Name = 1,
    Description = 2,
    BlockSize = 3,
}

/// <summary>What an export can do.</summary>
[Flags]
public enum NbdExportFlags : ushort
{
    HasFlags = 1 << 0,
    ReadOnly = 1 << 1,
    Flush = 1 << 2,
    ForceUnitAccess = 1 << 3,
    Trim = 1 << 5,
    WriteZeroes = 1 << 6,
    DontFragment = 1 << 7,
    MultiConnection = 1 << 8,
    Cache = 1 << 10,
    FastZero = 1 << 11,
}

/// <summary>What a client asks for once data moves.</summary>
public enum NbdCommand : ushort
{
    Read = 0,
    Write = 1,
    Disconnect = 2,
    Flush = 3,
    Trim = 4,
    Cache = 5,
    WriteZeroes = 6,
    BlockStatus = 7,
}

/// <summary>How it wants it done.</summary>
[Flags]
public enum NbdCommandFlags : ushort
{
    None = 0,

    /// <summary>Answer when it is on stable storage. Allowed on every command, without effect on those that write nothing.</summary>
    ForceUnitAccess = 1 << 0,

    /// <summary>Zeroes that take up space.</summary>
    NoHole = 1 << 1,

    /// <summary>The data in one chunk.</summary>
    DontFragment = 1 << 2,

    /// <summary>One extent only.</summary>
    RequireOne = 1 << 3,

    /// <summary>Only if it is faster than writing.</summary>
    FastZero = 1 << 4,
}

/// <summary>Errors as NBD numbers them (they are Linux's).</summary>
public enum NbdError : uint
{
    None = 0,
    NotPermitted = 1,
    Io = 5,
    NoMemory = 12,
    Invalid = 22,
    NoSpace = 28,
    Overflow = 75,
    NotSupported = 95,
    Shutdown = 108,
}

/// <summary>What a chunk of a structured reply holds; errors have the highest bit.</summary>
public enum NbdChunk : ushort
{
    None = 0,
    OffsetData = 1,
    OffsetHole = 2,
    BlockStatus = 5,
    Error = 0x8001,
    ErrorOffset = 0x8002,
}
