namespace Appliance.Simulation;

/// <summary>
/// All chance in a simulated world, from one seed: SplitMix64 (Steele, Lea and Flood 2014), the same numbers on every runtime.
/// </summary>
public sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    /// <summary>An independent stream, so that a new draw in one place does not shift the chance of all others.</summary>
    public Dice Fork(uint stream) => new(Mix(_state + (0x9E3779B97F4A7C15UL * (stream + 1))));

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15UL;
        return Mix(_state);
    }

    /// <summary>0 … <paramref name="bound"/> - 1.</summary>
    public int Below(int bound) => (int)(Next() % (ulong)bound);

    /// <summary>From … to, both included.</summary>
    public int Between(int from, int to) => from + Below(to - from + 1);

    /// <summary>A span of whole microseconds, both ends included.</summary>
    public TimeSpan Between(TimeSpan from, TimeSpan to) =>
        from + TimeSpan.FromMicroseconds((long)(Next() % (ulong)(((to - from).Ticks / TimeSpan.TicksPerMicrosecond) + 1)));

    /// <summary>True with this probability.</summary>
    public bool Chance(double probability) => (Next() >> 11) * (1.0 / (1UL << 53)) < probability;

    public T Pick<T>(IReadOnlyList<T> from) => from[Below(from.Count)];

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
