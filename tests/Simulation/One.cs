using Appliance.Simulation.Bugs;

namespace Appliance.Simulation.Runner;

/// <summary>Replays one seed with its story.</summary>
internal static class One
{
    public static int Run(ulong seed, string[] options)
    {
        var fences = Options.TakeFlag(ref options, "--fences");
        if (!Options.TryParse(options, out var from, out var bug) || from != 0) return 2;
        var played = Rehearsal.Play(seed, keepStory: true, bug, fences);
        foreach (var line in played.Lines) Console.WriteLine(line);
        Console.WriteLine(
            played.Violation is { } broken
                ? $"seed {seed}: {broken}"
                : $"seed {seed}: no rule was broken in {played.Time.TotalSeconds:0} s");
        return played.Violation is null ? 0 : 1;
    }
}

/// <summary>What may follow on the command line.</summary>
internal static class Options
{
    public static bool TryParse(string[] words, out ulong from, out PlantedBug? bug)
    {
        (from, bug) = (0, null);
        for (var index = 0; index < words.Length; index += 2)
        {
            if (index + 1 >= words.Length) return Refuse($"{words[index]} needs a value");
            if (words[index] == "--bug")
            {
                if ((bug = PlantedBugs.Find(words[index + 1])) is null)
                    return Refuse($"there is no planted bug {words[index + 1]}; --bugs lists them");
            }
            else if (words[index] != "--from" || !ulong.TryParse(words[index + 1], out from))
                return Refuse($"not understood: {words[index]} {words[index + 1]}");
        }

        return true;
    }

    /// <summary>True, and taken out, when the word is there.</summary>
    public static bool TakeFlag(ref string[] words, string flag)
    {
        var isThere = words.Contains(flag);
        words = [.. words.Where(word => word != flag)];
        return isThere;
    }

    private static bool Refuse(string why)
    {
        Console.Error.WriteLine(why);
        return false;
    }
}
