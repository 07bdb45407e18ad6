namespace Appliance.Core.Wire;

/// <summary>What arrived on one link since the start. Written by one thread, read by any.</summary>
public sealed class LinkCounters
{
    private readonly long[] _rejected = new long[Rejections.Count];

    /// <summary>Datagrams, or frames between two delimiters of the serial line.</summary>
    public long Received { get; private set; }

    public long Accepted { get; private set; }

    public long Sent { get; set; }

    /// <summary>Sends that failed, or that a busy serial line left out.</summary>
    public long Unsent { get; set; }

    /// <summary>Bytes of the serial line that belonged to no frame.</summary>
    public long NoiseBytes { get; set; }

    /// <summary>How many frames were refused for this reason.</summary>
    public long Rejected(Rejection reason) => _rejected[(int)reason];

    public void Count(Rejection verdict)
    {
        Received++;
        if (verdict == Rejection.None) Accepted++;
        else _rejected[(int)verdict]++;
    }
}
