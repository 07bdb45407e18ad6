namespace Appliance.Core.Lines;

/// <summary>What the keeper of a relay has to know of it.</summary>
/// <param name="Own">The position that brings the lines to this node.</param>
/// <param name="Shared">Both nodes can command it: without a lease this node writes nothing, the other one takes for itself.</param>
/// <param name="Dwell">The lines are not taken sooner than this after they last moved.</param>
public sealed record KeeperSettings(LinePosition Own, bool Shared, TimeSpan Dwell)
{
    /// <summary>Pause between two looks at a relay that can be asked: an unplugged one is noticed within this.</summary>
    public static TimeSpan LookEvery { get; } = TimeSpan.FromSeconds(1);

    /// <summary>A relay that cannot be asked is told its position again this often: one that returned gets it so.</summary>
    public static TimeSpan RepeatEvery { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Pause after a command that failed.</summary>
    public static TimeSpan RetryPause { get; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A command that takes longer is told to a person.</summary>
    public static TimeSpan HangAfter { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest lease and longest hold. A lease that is never renewed must end while somebody remembers it.</summary>
    public static TimeSpan LengthMax { get; } = TimeSpan.FromHours(24);

    public LinePosition Away => Own == LinePosition.A ? LinePosition.B : LinePosition.A;
}
