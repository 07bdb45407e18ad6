using System.CommandLine;
using System.Globalization;
using Appliance.Core.Configuration;
using Appliance.Simulation;
using Appliance.Simulation.WhatIf;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance simulate --what-if</c>: plays one question with the configured pair and tells the answer.</summary>
internal static class WhatIfText
{
    public static ExitCode Run(ParseResult line, string what, string? serving, string path)
    {
        if (ConfigFile.Usable(line, path) is not { } config) return ExitCode.Critical;
        var node = serving is null ? 0 : config.Nodes.IndexOf(serving);
        var problem = node < 0 ? $"there is no node {serving}; nodes: {string.Join(", ", config.Nodes)}" : "";
        var commands = problem.Length == 0 ? WhatIfSentence.Read(what, config, out problem) : [];
        var site = problem.Length == 0 ? WhatIfSite.Of(config, out problem) : null;
        if (site is null) return (ExitCode)Ask.Fail(line, problem);
        Tell(line.InvocationConfiguration.Output, what, config, WhatIfPlay.Play(site, node, commands));
        return ExitCode.Ok;
    }

    private static void Tell(TextWriter output, string what, ApplianceConfig config, WhatIfAnswer answer)
    {
        output.WriteLine($"What if {what}? Virtual seconds since then:");
        foreach (var told in answer.Lines) output.WriteLine(told);
        output.WriteLine();
        foreach (var group in answer.Groups) output.WriteLine(Sentence(group, answer.Played));
        foreach (var silent in config.Groups.Where(group => config.LinesOf(group).Any()))
            output.WriteLine($"{silent.Name}: relays and bridges are not played; the lines follow the node that serves.");
        output.WriteLine("Services start within 0.4 s here; yours add what they need beyond that. Booting takes 40 s.");
        output.WriteLine(answer.Violation is { } broken
            ? $"A rule of the cluster is broken: {broken}" : "No rule of the cluster is broken.");
    }

    private static string Sentence(WhatIfGroup group, TimeSpan played)
    {
        var (before, after) = (group.Before ?? "nobody", group.After ?? "nobody");
        var silent = group.Silent >= played ? "nobody serves it all the time" : group.Silent == TimeSpan.Zero ? "without a break"
            : string.Create(CultureInfo.InvariantCulture, $"nobody serves it for {group.Silent.TotalSeconds:0.0} s");
        var moved = before == after
            ? group.Moves > 1 ? $"comes back to {after} after {group.Moves} moves"
                : after == "nobody" ? "is served by nobody" : $"stays on {after}"
            : $"moves from {before} to {after}";
        var twice = group.Twice == TimeSpan.Zero ? "" : string.Create(CultureInfo.InvariantCulture,
            $" BOTH NODES SERVE IT for {group.Twice.TotalSeconds:0.0} s: add a third vote (ping reference, witness or fence device).");
        return $"{group.Group} {moved}, {silent}.{twice}";
    }
}
