using System.Globalization;

namespace Appliance.Simulation.Replica;

/// <summary>What will be done to the world, and when.</summary>
/// <param name="Site">The replica.</param>
/// <param name="Commands">In the order of time; the words of <see cref="Mischief"/>.</param>
/// <param name="Time">How long faults may happen; then everything is mended.</param>
public sealed record ReplicaPlan(ReplicaSite Site, IReadOnlyList<(TimeSpan At, string Command)> Commands, TimeSpan Time)
{
    private static readonly (string Word, int Weight, int Seconds)[] Words =
    [
        ("power", 12, 8), ("blackout", 5, 3), ("kill", 10, 0), ("pause", 5, 5), ("cut", 12, 6), ("deaf", 5, 4), ("break", 5, 0),
        ("storm", 2, 3), ("late", 3, 5), ("damage", 2, 3), ("agents-deaf", 3, 6), ("stranger", 2, 0), ("disk-dead", 3, 6),
        ("disk-errors", 3, 3), ("disk-short", 4, 8), ("disk-slow", 3, 4), ("disk-hang", 3, 4), ("unreadable", 3, 0), ("rot", 1, 0),
        ("switchover", 9, 0), ("disconnect", 4, 5), ("verify", 4, 0), ("invalidate", 3, 0), ("invalidate-peer", 2, 0), ("detach", 4, 5),
        ("replace", 4, 1), ("suspend", 3, 2), ("stop", 5, 5), ("restart", 4, 0), ("repair", 5, 0), ("force", 4, 0), ("resize", 1, 0),
    ];

    /// <summary>The plan of a seed.</summary>
    public static ReplicaPlan FromSeed(ulong seed)
    {
        var dice = new Dice(seed);
        var site = ReplicaSite.Any(dice);
        var time = TimeSpan.FromSeconds(dice.Between(12, 40));
        var commands = new List<(TimeSpan At, string Command)> { (TimeSpan.Zero, $"start {dice.Pick(["a", "b"])} 2.5") };
        for (var left = dice.Between(1, 12); left > 0; left--)
        {
            var at = dice.Between(TimeSpan.FromSeconds(3), time);
            // Faults that come in pairs find more than faults that come alone.
            for (var more = dice.Between(1, 2); more > 0; more--)
                commands.Add((at + dice.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(1500)), Any(dice)));
        }

        return new ReplicaPlan(site, [.. commands.OrderBy(command => command.At)], time + TimeSpan.FromSeconds(2));
    }

    private static string Any(Dice dice)
    {
        var at = dice.Below(Words.Sum(word => word.Weight));
        var word = Words[0];
        foreach (var each in Words)
        {
            word = each;
            if ((at -= each.Weight) < 0) break;
        }

        var seconds = word.Seconds == 0 ? "" : string.Create(
            CultureInfo.InvariantCulture, $" {dice.Between(100, word.Seconds * 1000) / 1000.0:0.000}");
        return $"{word.Word} {dice.Pick(["a", "b"])}{seconds}";
    }
}
