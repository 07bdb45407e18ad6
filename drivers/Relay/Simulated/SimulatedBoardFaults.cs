namespace Appliance.Drivers.Relay.Simulated;

/// <summary>What may be wrong with a simulated board or its cable.</summary>
public sealed class SimulatedBoardFaults
{
    /// <summary>It obeys and says nothing.</summary>
    public bool Silent { get; set; }

    /// <summary>It neither takes bytes nor says anything: its processor hangs.</summary>
    public bool Hangs { get; set; }

    /// <summary>It answers other bytes than it should.</summary>
    public bool Garbage { get; set; }

    /// <summary>It does not stop answering.</summary>
    public bool Endless { get; set; }

    /// <summary>Only the first half of an answer comes.</summary>
    public bool Half { get; set; }

    /// <summary>So much later comes an answer.</summary>
    public TimeSpan Late { get; set; }

    /// <summary>As many answers are late; negative: all.</summary>
    public int LateAnswers { get; set; } = -1;
}
