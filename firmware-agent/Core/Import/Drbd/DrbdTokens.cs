using System.Collections.Immutable;

namespace Appliance.Core.Import.Drbd;

/// <summary>What a token of drbd.conf is.</summary>
internal enum DrbdTokenKind : byte
{
    Word,
    Open,
    Close,
    End,
}

/// <summary>A word, a brace or a semicolon.</summary>
internal readonly record struct DrbdToken(DrbdTokenKind Kind, string Text, int Line);

/// <summary>Cuts a drbd.conf into words, strings, braces and semicolons; <c>#</c> begins a comment.</summary>
internal static class DrbdTokens
{
    public static List<DrbdToken> Read(SourceText text, ImportNotes notes)
    {
        var tokens = new List<DrbdToken>();
        for (var at = 0; at < text.Lines.Length; at++) Line(text.Lines[at], at + 1, tokens, text, notes);
        return tokens;
    }

    private static void Line(string line, int number, List<DrbdToken> tokens, SourceText text, ImportNotes notes)
    {
        for (var at = 0; at < line.Length;)
        {
            var letter = line[at];
            if (letter == '#') return;
            if (char.IsWhiteSpace(letter))
            {
                at++;
                continue;
            }

            if (letter is '{' or '}' or ';')
            {
                var kind = letter switch { '{' => DrbdTokenKind.Open, '}' => DrbdTokenKind.Close, _ => DrbdTokenKind.End };
                tokens.Add(new(kind, letter.ToString(), number));
                at++;
                continue;
            }

            var end = letter == '"' ? line.IndexOf('"', at + 1) : EndOfWord(line, at);
            if (end < 0)
            {
                notes.Refuse(new(text.Path, number), "a string",
                    "its second quote is missing; the rest of the line is taken as the string");
                end = line.Length;
            }

            tokens.Add(new(DrbdTokenKind.Word, letter == '"' ? line[(at + 1)..end] : line[at..end], number));
            at = letter == '"' ? end + 1 : end;
        }
    }

    private static int EndOfWord(string line, int at)
    {
        while (at < line.Length && line[at] is not ('{' or '}' or ';' or '#' or '"') && !char.IsWhiteSpace(line[at])) at++;
        return at;
    }
}

/// <summary>A section or an option.</summary>
/// <param name="Words">Keyword and values.</param>
/// <param name="Items">What is between the braces; default: an option, which has none.</param>
internal sealed record DrbdItem(ImmutableArray<string> Words, Place Place, ImmutableArray<DrbdItem> Items)
{
    public string Keyword => Words.IsEmpty ? "" : Words[0];

    public bool IsSection => !Items.IsDefault;

    /// <summary>The words behind the keyword.</summary>
    public ImmutableArray<string> Values => Words.IsEmpty ? [] : Words[1..];

    public string Value => Words.Length > 1 ? Words[1] : "";
}

/// <summary>Makes sections and options of tokens. What is not closed is told and closed at the end.</summary>
internal static class DrbdTree
{
    /// <summary>Words before a brace or a semicolon; more is no option of DRBD's.</summary>
    private const int WordsMax = 64;

    public static ImmutableArray<DrbdItem> Read(SourceText text, ImportNotes notes)
    {
        var open = new Stack<(ImmutableArray<string> Words, Place Place, ImmutableArray<DrbdItem>.Builder Items)>();
        var items = ImmutableArray.CreateBuilder<DrbdItem>();
        var words = ImmutableArray.CreateBuilder<string>();
        var (began, tooDeep, last) = (0, 0, 0);
        foreach (var token in DrbdTokens.Read(text, notes))
        {
            last = token.Line;
            var place = new Place(text.Path, words.Count > 0 ? began : token.Line);
            switch (token.Kind)
            {
                case DrbdTokenKind.Word:
                    if (words.Count == 0) began = token.Line;
                    if (words.Count < WordsMax) words.Add(token.Text);
                    break;
                case DrbdTokenKind.Open when tooDeep > 0 || open.Count >= ImportLimits.DepthMax:
                    if (tooDeep++ == 0) notes.Refuse(place, "{", $"more than {ImportLimits.DepthMax} sections in each other; left out");
                    words.Clear();
                    break;
                case DrbdTokenKind.Open:
                    open.Push((words.ToImmutable(), place, items));
                    (items, words) = (ImmutableArray.CreateBuilder<DrbdItem>(), ImmutableArray.CreateBuilder<string>());
                    break;
                case DrbdTokenKind.Close when tooDeep > 0:
                    tooDeep--;
                    words.Clear();
                    break;
                case DrbdTokenKind.Close when open.Count == 0:
                    notes.Refuse(place, "}", "nothing is open that it could close");
                    words.Clear();
                    break;
                case DrbdTokenKind.Close:
                    Unfinished(words, items, place, notes);
                    Close(open, ref items);
                    break;
                default:
                    if (words.Count > 0 && tooDeep == 0) items.Add(new DrbdItem(words.ToImmutable(), place, default));
                    words.Clear();
                    break;
            }
        }

        Unfinished(words, items, new Place(text.Path, began), notes);
        if (open.Count > 0)
            notes.Refuse(new Place(text.Path, last), "}", $"{ImportNotes.Shown(open.Peek().Words.FirstOrDefault(""))} {{ of line "
                + $"{open.Peek().Place.Line} is never closed");
        while (open.Count > 0) Close(open, ref items);
        return items.ToImmutable();
    }

    private static void Close(
        Stack<(ImmutableArray<string> Words, Place Place, ImmutableArray<DrbdItem>.Builder Items)> open,
        ref ImmutableArray<DrbdItem>.Builder items)
    {
        var (words, place, outer) = open.Pop();
        outer.Add(new DrbdItem(words, place, items.ToImmutable()));
        items = outer;
    }

    private static void Unfinished(
        ImmutableArray<string>.Builder words, ImmutableArray<DrbdItem>.Builder items, Place place, ImportNotes notes)
    {
        if (words.Count == 0) return;
        notes.Refuse(place, ImportNotes.Shown(words[0]), "the semicolon behind it is missing; it is taken as if it were there");
        items.Add(new DrbdItem(words.ToImmutable(), place, default));
        words.Clear();
    }
}
