using System.Collections.Immutable;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Import;

/// <summary>Collects what became of every directive. Counts all of them; keeps the words of so many that a hostile file cannot fill the
/// memory.</summary>
internal sealed class ImportNotes
{
    /// <summary>Findings that are kept word by word.</summary>
    public const int KeptMax = 20_000;

    /// <summary>Suggestions for misspelt words: each compares with a whole table.</summary>
    private const int NearMax = 50;

    private readonly List<Finding> _kept = [];
    private readonly int[] _counts = new int[3];
    private int _near;

    public int Mapped => _counts[(int)Disposition.Mapped];

    public int Noted => _counts[(int)Disposition.Noted];

    public int Refused => _counts[(int)Disposition.Refused];

    /// <summary>Findings that are only counted.</summary>
    public int Omitted => Mapped + Noted + Refused - _kept.Count;

    public void Map(Place place, string directive, string words) => Add(new(place, directive, Disposition.Mapped, words));

    public void Note(Place place, string directive, string words) => Add(new(place, directive, Disposition.Noted, words));

    public void Refuse(Place place, string directive, string words) => Add(new(place, directive, Disposition.Refused, words));

    /// <summary>A directive of a table: as the table says, or otherwise when there is a reason.</summary>
    public void Take(Place place, Directive directive, Outcome? otherwise = null) => Add(otherwise is null
        ? new(place, directive.Name, directive.Usual, directive.Words)
        : new(place, directive.Name, otherwise.Disposition, otherwise.Words));

    /// <summary>A word that no table has.</summary>
    /// <param name="what">What it would be: "directive of ha.cf".</param>
    public void RefuseUnknown(Place place, string word, string what, DirectiveTable table)
    {
        var near = _near++ < NearMax ? NearestWord.Of(word, table.Names) : null;
        Refuse(place, Shown(word), $"no {what} that is known here{(near is null ? "" : $"; did the file mean {near}?")}");
    }

    /// <summary>By file and line, in the order of the files.</summary>
    public ImmutableArray<Finding> Sorted()
    {
        var order = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var finding in _kept) order.TryAdd(finding.Place.File, order.Count);
        return [.. _kept.OrderBy(finding => order[finding.Place.File]).ThenBy(finding => finding.Place.Line)];
    }

    /// <summary>A word of a file as it may be shown: short, without control characters.</summary>
    public static string Shown(string word)
    {
        var quoted = Words.Quoted(word);
        return quoted.Length == word.Length + 2 && word.Length > 0 && !word.Contains(' ') ? word : quoted;
    }

    private void Add(Finding finding)
    {
        _counts[(int)finding.Disposition]++;
        if (_kept.Count < KeptMax) _kept.Add(finding);
    }
}

/// <summary>What became of a directive when it is not what its table says.</summary>
internal sealed record Outcome(Disposition Disposition, string Words)
{
    public static Outcome Refused(string words) => new(Disposition.Refused, words);

    public static Outcome Noted(string words) => new(Disposition.Noted, words);

    public static Outcome Mapped(string words) => new(Disposition.Mapped, words);
}
