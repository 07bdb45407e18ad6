namespace Appliance.Lab.Bench.Replica;

/// <summary>What the person asked for.</summary>
/// <param name="Binary">Our executable.</param>
/// <param name="Runs">Of each contestant.</param>
/// <param name="Seconds">Of each job.</param>
/// <param name="RivalsOnly">Leave ours out: to try the harness.</param>
public sealed record BenchSettings(string Binary, int Runs, double Seconds, bool RivalsOnly)
{
    /// <summary>The contestants to measure, in another order each run: who comes first must not always be the same. Ours come first in
    /// every list.</summary>
    public IEnumerable<Func<IBlockServer>> Chosen(Func<IBlockServer>[] all, int run, int ours = 2)
    {
        var chosen = RivalsOnly ? all[ours..] : all;
        return Enumerable.Range(0, chosen.Length).Select(place => chosen[(place + run - 1) % chosen.Length]);
    }
}
