using System.Collections.Immutable;

namespace Appliance.Core.Import;

/// <summary>A directive of an old format and what usually becomes of it.</summary>
/// <param name="Name">As it is written; what stands around it comes first, with a blank between.</param>
/// <param name="Usual">What becomes of it when its value is one that can be taken.</param>
/// <param name="Words">The key it becomes, why it is not needed, or why it is refused.</param>
public sealed record Directive(string Name, Disposition Usual, string Words)
{
    internal static Directive Mapped(string name, string words) => new(name, Disposition.Mapped, words);

    internal static Directive Noted(string name, string words) => new(name, Disposition.Noted, words);

    internal static Directive Refused(string name, string words) => new(name, Disposition.Refused, words);
}

/// <summary>Every directive of one format. docs/MIGRATION.md has the same table, and a test compares them.</summary>
public sealed class DirectiveTable
{
    private readonly Dictionary<string, Directive> _byName;

    internal DirectiveTable(string title, StringComparer comparer, params ReadOnlySpan<Directive> rows)
    {
        Title = title;
        Rows = [.. rows];
        _byName = new Dictionary<string, Directive>(comparer);
        foreach (var row in Rows) _byName.Add(row.Name, row);
    }

    public string Title { get; }

    public ImmutableArray<Directive> Rows { get; }

    internal IEnumerable<string> Names => Rows.Select(row => row.Name);

    internal Directive? Find(string name) => _byName.GetValueOrDefault(name);
}
