using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Drivers.FoneBridge;

/// <summary>What is wrong with a simulated bridge. All of it may be changed while it runs.</summary>
public sealed class BridgeFaults
{
    /// <summary>Hears nothing and says nothing: no power, cable out.</summary>
    public bool Silent { get; set; }

    /// <summary>The next requests are lost on the way to it.</summary>
    public int LoseRequests { get; set; }

    /// <summary>The next requests are obeyed, but the replies are lost.</summary>
    public int LoseReplies { get; set; }

    /// <summary>Falls silent after that many requests more; negative: never.</summary>
    public int DiesAfter { get; set; } = -1;

    /// <summary>Loses power and is back at once after that many requests more; negative: never.</summary>
    public int RestartsAfter { get; set; } = -1;

    /// <summary>Every reply comes that much later.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Every reply comes twice.</summary>
    public bool Duplicates { get; set; }

    /// <summary>Bytes that every reply is too long, or too short when negative.</summary>
    public int LengthError { get; set; }

    /// <summary>Replies have 0 where others repeat the parameter.</summary>
    public bool ZeroFirstByte { get; set; }

    /// <summary>Refusals are two bytes instead of as long as a good reply.</summary>
    public bool ShortRefusals { get; set; }

    /// <summary>Commands that are refused, with the status.</summary>
    public Dictionary<BridgeCommand, BridgeStatus> Refused { get; } = [];
}
