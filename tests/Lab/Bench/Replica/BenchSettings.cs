namespace Appliance.Lab.Bench.Replica;

/// <summary>What the person asked for.</summary>
/// <param name="Binary">Our executable.</param>
/// <param name="Runs">Of each contestant.</param>
/// <param name="Seconds">Of each job.</param>
/// <param name="RivalsOnly">Leave ours out: to try the harness.</param>
public sealed record BenchSettings(string Binary, int Runs, double Seconds, bool RivalsOnly)
{
    /// <summary>The contestants to measure. Ours come first in every list.</summary>
    public IEnumerable<Func<IBlockServer>> Chosen(Func<IBlockServer>[] all, int ours = 2) => RivalsOnly ? all.Skip(ours) : all;
}
