namespace Appliance.Simulation.Replica.Net;

/// <summary>The cable between the two nodes, and what is wrong with it.</summary>
public sealed class SimLink
{
    /// <summary>Bytes from node n do not arrive.</summary>
    public bool[] Cut { get; } = new bool[2];

    /// <summary>Usual time of a segment on its way.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromMicroseconds(150);

    /// <summary>Part of the segments that are late.</summary>
    public double Late { get; set; }

    /// <summary>Part of the segments in which a bit flips that TCP's checksum does not see.</summary>
    public double Damage { get; set; }

    /// <summary>A break is noticed by TCP (reset), not by silence.</summary>
    public bool BreaksLoudly { get; set; } = true;

    public bool IsWhole => !Cut[0] && !Cut[1];

    public void Mend()
    {
        (Cut[0], Cut[1], Delay, Late, Damage) = (false, false, TimeSpan.FromMicroseconds(150), 0, 0);
    }
}
