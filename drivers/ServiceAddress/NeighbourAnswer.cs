namespace Appliance.Drivers.ServiceAddress;

/// <summary>What the LAN said when asked who has an address.</summary>
public abstract record NeighbourAnswer
{
    private NeighbourAnswer()
    {
    }

    /// <summary>Nobody but us answered within the bound.</summary>
    public sealed record Nobody : NeighbourAnswer;

    /// <summary>Somebody else has it: its kernel lives.</summary>
    /// <param name="Mac">Hardware address as 52:54:00:12:34:56.</param>
    public sealed record Somebody(string Mac) : NeighbourAnswer;

    /// <summary>The question could not be put.</summary>
    public sealed record CannotAsk(string Reason) : NeighbourAnswer;
}

/// <summary>How an address is asked for: so many requests, one every <paramref name="Gap"/>, and silence until <paramref name="Total"/>
/// means nobody.</summary>
public readonly record struct AskTiming(int Requests, TimeSpan Gap, TimeSpan Total)
{
    /// <summary>Before an address is added. RFC 5227 takes seconds; a telephone system cannot: three probes in 100 ms.</summary>
    public static AskTiming Duplicate => new(3, TimeSpan.FromMilliseconds(30), TimeSpan.FromMilliseconds(100));

    /// <summary>Evidence before a promotion (architecture §4).</summary>
    public static AskTiming Evidence => new(3, TimeSpan.FromMilliseconds(40), TimeSpan.FromMilliseconds(120));
}
