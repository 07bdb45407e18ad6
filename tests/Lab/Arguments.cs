using Appliance.Lab.Host;

namespace Appliance.Lab;

/// <summary>The command line: words in order, long options with a value, and flags. What nobody asked for is an error.</summary>
public sealed class Arguments
{
    private static readonly HashSet<string> Flags = ["--keep", "--all", "--help", "--rivals"];

    private readonly Queue<string> _words = new();
    private readonly Dictionary<string, string> _options = [];

    /// <summary>Sorts the words.</summary>
    public Arguments(string[] words)
    {
        for (var index = 0; index < words.Length; index++)
        {
            var word = words[index];
            if (!word.StartsWith("--", StringComparison.Ordinal)) _words.Enqueue(word);
            else if (Flags.Contains(word)) _options[word] = "";
            else if (word.Contains('=')) _options[word[..word.IndexOf('=')]] = word[(word.IndexOf('=') + 1)..];
            else if (index + 1 < words.Length) _options[word] = words[++index];
            else throw new LabException($"{word} needs a value");
        }
    }

    /// <summary>The next word, or null.</summary>
    public string? NextOrNone() => _words.TryDequeue(out var word) ? word : null;

    /// <summary>The next word; an error that names what is missing otherwise.</summary>
    public string Next(string what) => NextOrNone() ?? throw new LabException($"{what} is missing; see appliance-lab --help");

    /// <summary>Whether a flag was given.</summary>
    public bool Flag(string name) => _options.Remove(name);

    /// <summary>The value of an option, or null.</summary>
    public string? Option(string name) => _options.Remove(name, out var value) ? value : null;

    /// <summary>The value of an option that is a whole number.</summary>
    public int Number(string name, int otherwise) =>
        Option(name) is not { } text ? otherwise
        : int.TryParse(text, out var number) && number > 0 ? number
        : throw new LabException($"{name} {text}: a whole number above zero is wanted");

    /// <summary>Nothing may be left over.</summary>
    public void End()
    {
        if (_words.Count > 0) throw new LabException($"\"{_words.Peek()}\" is not understood here; see appliance-lab --help");
        if (_options.Count > 0) throw new LabException($"{_options.Keys.First()} is not understood here; see appliance-lab --help");
    }
}
