using Appliance.Simulation.Bugs;

namespace Appliance.Simulation;

/// <summary>What came of many seeds.</summary>
/// <param name="First">The lowest seed that broke a rule; null: none.</param>
public sealed record Sweep(ulong Count, TimeSpan VirtualTime, long Steps, Played? First)
{
    /// <summary>Plays seeds from … from + count - 1 on all processors until one breaks a rule or time is up.</summary>
    public static Sweep Run(ulong from, ulong count, PlantedBug? bug, CancellationToken stop, bool fences = false) =>
        Run(from, count, seed => Rehearsal.Play(seed, keepStory: false, bug, fences), stop);

    /// <summary>The same in whichever world <paramref name="play"/> plays a seed.</summary>
    public static Sweep Run(ulong from, ulong count, Func<ulong, Played> play, CancellationToken stop)
    {
        var gate = new Lock();
        var sweep = new Sweep(0, TimeSpan.Zero, 0, null);
        Parallel.For((long)from, (long)(from + count), (seed, loop) =>
        {
            if (stop.IsCancellationRequested || loop.LowestBreakIteration < seed) return;
            var played = play((ulong)seed);
            lock (gate) sweep = sweep.With(played);
            if (played.Violation is not null) loop.Break();
        });
        return sweep;
    }

    private Sweep With(Played played) => new(
        Count + 1,
        VirtualTime + played.Time,
        Steps + played.Steps,
        played.Violation is not null && (First is null || played.Seed < First.Seed) ? played : First);
}
