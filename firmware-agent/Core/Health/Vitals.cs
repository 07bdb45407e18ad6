using System.Collections.Immutable;

namespace Appliance.Core.Health;

/// <summary>What a machine tells about itself, as read; judged by <see cref="HealthJudge"/>.</summary>
public sealed record Vitals
{
    public ImmutableArray<SpaceVital> Space { get; init; } = [];

    /// <summary>Null: it is not asked, or was not yet.</summary>
    public DiskVital? Disk { get; init; }

    /// <summary>Null: it cannot be read.</summary>
    public MemoryVital? Memory { get; init; }

    /// <summary>Null: the kernel has no pressure stall information.</summary>
    public PressureVital? Pressure { get; init; }

    public ImmutableArray<TemperatureVital> Temperatures { get; init; } = [];

    public ImmutableArray<InterfaceVital> Interfaces { get; init; } = [];

    /// <summary>Null: it cannot be read.</summary>
    public ClockVital? Clock { get; init; }

    public ImmutableArray<DriveVital> Drives { get; init; } = [];

    /// <summary>Those of the configuration, as they answered.</summary>
    public ImmutableArray<SensorReading> Own { get; init; } = [];
}

/// <summary>A file system, statvfs(3).</summary>
/// <param name="Path">A folder on it.</param>
/// <param name="Size">Bytes that users other than root may fill.</param>
/// <param name="Free">Of them, what is left.</param>
/// <param name="Files">Inodes; 0: it counts none.</param>
/// <param name="FilesFree">Of them, what is left.</param>
/// <param name="Problem">Why it cannot be read; empty: it was.</param>
public sealed record SpaceVital(string Path, long Size, long Free, long Files, long FilesFree, string Problem = "");

/// <summary>One small write, past the page cache, made durable.</summary>
/// <param name="Folder">Where.</param>
/// <param name="Took">Until the answer; while there is none, until now.</param>
/// <param name="Answered">False: it is still under way.</param>
/// <param name="Problem">Why it failed; empty: it did not.</param>
public sealed record DiskVital(string Folder, TimeSpan Took, bool Answered, string Problem);

/// <summary>proc(5), meminfo. Bytes.</summary>
public sealed record MemoryVital(long Total, long Available);

/// <summary>Share of the last minute, percent, in which tasks waited: kernel document accounting/psi.</summary>
/// <param name="Cpu">Some task waited for a processor.</param>
/// <param name="Memory">All tasks waited for memory.</param>
/// <param name="Io">All tasks waited for a disk.</param>
public sealed record PressureVital(double Cpu, double Memory, double Io);

/// <summary>A sensor of hwmon or of a thermal zone, degrees Celsius.</summary>
/// <param name="Limit">Where the hardware itself says that it is critical; null: it does not.</param>
public sealed record TemperatureVital(string Name, double Celsius, double? Limit);

/// <summary>An interface that the pair needs.</summary>
/// <param name="Errors">Frames that were damaged, since it came up.</param>
public sealed record InterfaceVital(string Name, long Errors);

/// <summary>The kernel's clock, adjtimex(2).</summary>
public sealed record ClockVital(bool IsSynchronized);

/// <summary>A drive's opinion of itself (SMART).</summary>
/// <param name="Problem">What it says; empty: it is well.</param>
/// <param name="Fails">It says that it is failing now.</param>
public sealed record DriveVital(string Device, bool Fails, string Problem);
