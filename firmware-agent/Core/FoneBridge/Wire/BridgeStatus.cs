namespace Appliance.Core.FoneBridge.Wire;

/// <summary>Second byte of a reply.</summary>
public enum BridgeStatus : byte
{
    Success = 0,
    CrcFailed = 1,
    NoMemory = 2,
    InvalidCommand = 3,
    OutOfBounds = 4,
    NoSuchDevice = 5,
    BadLength = 6,
    BadParameter = 7,
}

/// <summary>Words for a person at the rack.</summary>
public static class BridgeStatusWords
{
    public static string Words(this BridgeStatus status) => status switch
    {
        BridgeStatus.Success => "success",
        BridgeStatus.CrcFailed => "status 1, CRC failed",
        BridgeStatus.NoMemory => "status 2, no memory",
        BridgeStatus.InvalidCommand => "status 3, it does not know the command",
        BridgeStatus.OutOfBounds => "status 4, out of bounds",
        BridgeStatus.NoSuchDevice => "status 5, no such device",
        BridgeStatus.BadLength => "status 6, bad packet length",
        BridgeStatus.BadParameter => "status 7, bad parameter",
        _ => $"status {(byte)status}, which has no meaning that we know",
    };

    /// <summary>The same request may succeed a moment later.</summary>
    public static bool MayPass(this BridgeStatus status) => status is BridgeStatus.CrcFailed or BridgeStatus.NoMemory;
}
