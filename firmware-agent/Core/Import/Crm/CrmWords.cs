using System.Collections.Immutable;
using System.Text;

namespace Appliance.Core.Import.Crm;

/// <summary>A word of the crm shell's language; quotes are gone.</summary>
internal readonly record struct CrmWord(string Text, Place Place)
{
    /// <summary>The part before the first equals sign; empty: there is none.</summary>
    public string Key => Text.IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? Text[..at].TrimStart('$') : "";

    public string Value => Text[(Text.IndexOf('=', StringComparison.Ordinal) + 1)..];
}

/// <summary>Cuts the text of <c>crm configure show</c> into commands: a line each, a backslash at its end joins the next one.</summary>
internal static class CrmWords
{
    public static List<ImmutableArray<CrmWord>> Read(SourceText text, ImportNotes notes)
    {
        var commands = new List<ImmutableArray<CrmWord>>();
        for (var at = 0; at < text.Lines.Length; at++)
        {
            var words = ImmutableArray.CreateBuilder<CrmWord>();
            var line = text.Lines[at].TrimEnd();
            if (line.TrimStart() is { Length: > 0 } start && start[0] == '#') continue;
            while (line.EndsWith('\\') && at + 1 < text.Lines.Length)
            {
                Words(line[..^1], text.At(at), words, notes);
                line = text.Lines[++at].TrimEnd();
            }

            Words(line.TrimEnd('\\'), text.At(at), words, notes);
            if (words.Count > 0) commands.Add(Command(words.ToImmutable()));
        }

        return commands;
    }

    /// <summary>Instructions type it as <c>crm configure primitive …</c>.</summary>
    private static ImmutableArray<CrmWord> Command(ImmutableArray<CrmWord> words)
    {
        var at = words[0].Text == "crm" && words.Length > 1 ? 1 : 0;
        if (words[at].Text == "configure" && words.Length > at + 1) at++;
        return words[at..];
    }

    private static void Words(string line, Place place, ImmutableArray<CrmWord>.Builder words, ImportNotes notes)
    {
        var word = new StringBuilder();
        var quote = '\0';
        var any = false;
        foreach (var letter in line)
        {
            if (quote != '\0')
            {
                if (letter == quote) quote = '\0';
                else word.Append(letter);
            }
            else if (letter is '"' or '\'') (quote, any) = (letter, true);
            else if (!char.IsWhiteSpace(letter)) word.Append(letter);
            else End();
        }

        if (quote != '\0') notes.Refuse(place, "a string", "its second quote is missing; the rest of the line is taken as the string");
        End();

        void End()
        {
            if (word.Length > 0 || any) words.Add(new CrmWord(word.ToString(), place));
            word.Clear();
            any = false;
        }
    }
}
