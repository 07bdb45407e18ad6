using System.CommandLine;
using Appliance.Simulation;
using Appliance.Simulation.Stories;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance simulate</c>: two whole nodes with this executable's own decisions, on virtual time.</summary>
public static class SimulateCommand
{
    public static Command Create()
    {
        var story = new Option<string?>(
            "--story") { Description = $"Story to tell: {string.Join(", ", NamedStories.All.Select(one => one.Name))}." };
        var seed = new Option<ulong?>("--seed") { Description = "Play faults by chance instead; the same seed plays the same faults." };
        var fences = new Option<bool>("--fences") { Description = "With --seed: each node has a fence device." };
        var whatIf = new Option<string?>("--what-if")
        {
            Description = "What becomes of the configured pair, for example 'pbx-a loses eth0'.", HelpName = "WHAT",
        };
        var serving = new Option<string?>("--serving")
        {
            Description = "With --what-if: the node that serves before it happens.", HelpName = "NODE",
        };
        var config = ConfigFile.Option();
        var command = new Command(
            "simulate", "Plays power cuts, broken links and their recovery on virtual time, without touching this machine.")
            { story, seed, fences, whatIf, serving, config };
        command.Validators.Add(result =>
        {
            string?[] chosen = [result.GetValue(story), result.GetValue(whatIf), result.GetValue(seed) is null ? null : "chance"];
            if (chosen.Count(one => one is not null) > 1) result.AddError("--story, --seed and --what-if exclude each other.");
            if (result.GetValue(serving) is not null && result.GetValue(whatIf) is null) result.AddError("--serving needs --what-if.");
        });
        command.SetAction(line => line.GetValue(whatIf) is { } what
            ? (int)WhatIfText.Run(line, what, line.GetValue(serving), line.GetValue(config)!)
            : (int)Run(line.GetValue(story), line.GetValue(seed), line.GetValue(fences), line.InvocationConfiguration));
        return command;
    }

    private static ExitCode Run(string? story, ulong? seed, bool fences, InvocationConfiguration terminal)
    {
        if (seed is { } number) return Chance(number, fences, terminal.Output);
        if (fences)
        {
            terminal.Error.WriteLine("--fences needs --seed: a story says itself what its nodes have");
            return ExitCode.Critical;
        }

        if (NamedStories.Find(story ?? NamedStories.All[0].Name) is { } found) return Tell(found, terminal.Output);
        terminal.Error.WriteLine($"there is no story {story}; there are {string.Join(", ", NamedStories.All.Select(one => one.Name))}");
        return ExitCode.Critical;
    }

    private static ExitCode Tell(NamedStory story, TextWriter output)
    {
        output.WriteLine($"Story {story.Name}: {story.What}. Times are virtual seconds.");
        var player = new StoryPlayer();
        foreach (var line in story.Script.Split('\n', StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith('#')) output.WriteLine($"\n{line[1..].Trim()}");
            Core.Invariant.Check(player.Do(line) is null);
            foreach (var news in player.News()) output.WriteLine(news);
        }

        output.WriteLine();
        output.WriteLine(player.Violation is { } broken ? $"A rule was broken: {broken}" : "No rule was broken.");
        return player.Violation is null ? ExitCode.Ok : ExitCode.Critical;
    }

    private static ExitCode Chance(ulong seed, bool fences, TextWriter output)
    {
        var played = Rehearsal.Play(seed, keepStory: true, fences: fences);
        foreach (var line in played.Lines) output.WriteLine(line);
        output.WriteLine(
            played.Violation is { } broken
                ? $"seed {seed}: {broken}"
                : $"seed {seed}: no rule was broken in {played.Time.TotalSeconds:0} s");
        return played.Violation is null ? ExitCode.Ok : ExitCode.Critical;
    }
}
