using System.Globalization;
using Appliance.Simulation.Runner;

return args switch
{
    ["--seeds", var count, .. var rest] when ulong.TryParse(count, CultureInfo.InvariantCulture, out var seeds) => Many.Run(seeds, rest),
    [var one, .. var rest] when ulong.TryParse(one, CultureInfo.InvariantCulture, out var seed) => One.Run(seed, rest),
    ["--replica", .. var rest] => ReplicaRuns.Run(rest),
    ["--bugs"] => Many.ListBugs(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage: SEED [--bug NAME] [--fences]              replay one seed and print its story
               --seeds COUNT [--from SEED] [--bug NAME] [--fences]  play many, stop at the first broken rule; every node with a fence device
               --bugs                                    list the planted bugs
               --replica SEED [--bug NAME] [--shrink]    the same for the replicator's world; with the fewest events that do it
               --replica --seeds COUNT [--from SEED] [--bug NAME]
               --replica --bugs
        """);
    return 2;
}
