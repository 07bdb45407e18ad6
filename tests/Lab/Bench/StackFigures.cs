namespace Appliance.Lab.Bench;

/// <summary>All that was measured of one stack. Times in milliseconds, one entry a run.</summary>
public sealed class StackFigures
{
    /// <summary>Its name.</summary>
    public required string Stack { get; init; }

    /// <summary>Its settings.</summary>
    public required string Settings { get; init; }

    /// <summary>Power loss to the next committed row.</summary>
    public List<int?> PowerToMySql { get; init; } = [];

    /// <summary>Power loss to the next SIP answer.</summary>
    public List<int?> PowerToSip { get; init; } = [];

    /// <summary>Power loss to the address answering.</summary>
    public List<int?> PowerToAddress { get; init; } = [];

    /// <summary>SIP outage of a planned switchover.</summary>
    public List<int?> SwitchoverSip { get; init; } = [];

    /// <summary>MySQL outage of a planned switchover.</summary>
    public List<int?> SwitchoverMySql { get; init; } = [];

    /// <summary>Verdicts that were not "ok", with the fault.</summary>
    public List<string> Complaints { get; init; } = [];

    /// <summary>What the daemons cost at rest.</summary>
    public DaemonUse? Use { get; set; }

    /// <summary>Size of the executable, where there is one.</summary>
    public long? BinaryBytes { get; set; }

    /// <summary>From the start of the process to its first datagram on the cable.</summary>
    public double? FirstHeartbeatMs { get; set; }

    /// <summary>The median, or nothing when a run never came back.</summary>
    public static double? Median(IReadOnlyList<int?> values) => Median([.. values.Select(value => (double?)value)]);

    /// <summary>The same of figures with a fraction.</summary>
    public static double? Median(IReadOnlyList<double?> values)
    {
        if (values.Count == 0 || values.Any(value => value is null)) return null;
        var sorted = values.Select(value => value!.Value).Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
