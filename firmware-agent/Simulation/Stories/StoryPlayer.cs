using System.Globalization;
using Appliance.Simulation.Rules;

namespace Appliance.Simulation.Stories;

/// <summary>
/// Plays a story written by hand, in a world without chance: a line that begins with <c>site</c> chooses the installation, <c>run 5s</c>
/// lets time
/// pass, <c>#</c> is told to the reader, everything else is a command of <see cref="Commands.CommandLine"/>.
/// </summary>
public sealed class StoryPlayer
{
    private World? _world;
    private int _told;

    /// <summary>The rule that was broken, if one was.</summary>
    public Violation? Violation => _world?.Oracle.Violation;

    /// <summary>The world as it stands; made by the first line that needs it.</summary>
    public World World => _world ??= new World(Site.Usual, 1, keepStory: true);

    /// <summary>Does what a line says; null when it was understood, else what is wrong with it.</summary>
    public string? Do(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (words)
        {
            case [] or ["#", ..]: return null;
            case ["site", var name]: return Choose(name);
            case ["run", var span] when TrySpan(span, out var time):
                World.Run(time);
                return null;
            default: return World.Do(line);
        }
    }

    /// <summary>What happened since the last call.</summary>
    public IReadOnlyList<string> News()
    {
        if (_world is null) return [];
        var news = _world.Story.Lines.Skip(_told).ToArray();
        _told += news.Length;
        return news;
    }

    private string? Choose(string name)
    {
        if (_world is not null) return "the site must be chosen first";
        Site? site = name switch
        {
            "usual" => Site.Usual,
            "no-references" => Site.Usual.WithoutReferences(),
            "witness" => Site.Usual.WithoutReferences().WithWitness(),
            "fences" => Site.Usual.WithFences(),
            "fences-no-references" => Site.Usual.WithoutReferences().WithFences(),
            _ => null,
        };
        if (site is null)
            return $"there is no site {name}; there are usual, no-references, witness, fences, fences-no-references";
        _world = new World(site, 1, keepStory: true);
        return null;
    }

    private static bool TrySpan(string text, out TimeSpan span)
    {
        span = TimeSpan.Zero;
        var unit = text.EndsWith("ms", StringComparison.Ordinal) ? 2 : text.EndsWith('s') ? 1 : 0;
        if (unit == 0 || !int.TryParse(text[..^unit], CultureInfo.InvariantCulture, out var number)) return false;
        span = unit == 2 ? TimeSpan.FromMilliseconds(number) : TimeSpan.FromSeconds(number);
        return true;
    }
}
