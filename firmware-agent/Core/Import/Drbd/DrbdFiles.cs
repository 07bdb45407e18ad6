using System.Collections.Immutable;

namespace Appliance.Core.Import.Drbd;

/// <summary>Puts the files of DRBD together as its includes say, each file once.</summary>
internal sealed class DrbdFiles(ImmutableArray<ImportFile> files, ImportNotes notes)
{
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>The items of all files, in the order in which they are included; files that nothing includes come last.</summary>
    public ImmutableArray<DrbdItem> All()
    {
        var items = ImmutableArray.CreateBuilder<DrbdItem>();
        // drbd.conf first: the order of what it includes is its own.
        foreach (var file in files.OrderBy(file => file.Name == "drbd.conf" ? 0 : file.Name.EndsWith(".res", StringComparison.Ordinal) ? 2
            : 1)
            .ThenBy(file => file.Path, StringComparer.Ordinal))
            File(file, items, 0);
        return items.ToImmutable();
    }

    private void File(ImportFile file, ImmutableArray<DrbdItem>.Builder items, int depth)
    {
        if (!_read.Add(file.Path) || SourceText.Read(file, notes) is not { } text) return;
        foreach (var item in DrbdTree.Read(text, notes))
        {
            if (item is { Keyword: "include", IsSection: false }) Include(item, file, items, depth);
            else items.Add(item);
        }
    }

    private void Include(DrbdItem item, ImportFile from, ImmutableArray<DrbdItem>.Builder items, int depth)
    {
        var directive = DrbdTable.Table.Find("include")!;
        var found = files.Where(file => Names(item.Value, from, file)).OrderBy(file => file.Path, StringComparer.Ordinal).ToArray();
        if (item.Value.Length == 0) notes.Take(item.Place, directive, Outcome.Refused("it names no file"));
        else if (depth >= ImportLimits.DepthMax) notes.Take(item.Place, directive, Outcome.Refused("files include each other too deeply"));
        else if (found.Length == 0 && item.Value.Contains('*'))
            notes.Take(item.Place, directive, Outcome.Noted($"none of the given files is called {ImportNotes.Shown(item.Value)}"));
        else if (found.Length == 0)
            notes.Take(item.Place, directive, Outcome.Refused($"{ImportNotes.Shown(item.Value)} was not given; give it, too"));
        else notes.Take(item.Place, directive);
        if (depth >= ImportLimits.DepthMax) return;
        // A file that includes itself, or one that includes it, has been read: it is not read again.
        foreach (var file in found) File(file, items, depth + 1);
    }

    /// <summary>Relative names count from the including file; an absolute one counts by its end, because /etc may have been
    /// copied.</summary>
    private static bool Names(string pattern, ImportFile from, ImportFile candidate)
    {
        if (pattern.StartsWith("/etc/", StringComparison.Ordinal))
            return Matches(pattern["/etc".Length..], "/" + candidate.Path, atEnd: true);
        var folder = from.Path[..(from.Path.LastIndexOf('/') + 1)];
        return Matches(pattern.StartsWith('/') ? pattern : folder + pattern, candidate.Path, atEnd: false);
    }

    /// <summary>One asterisk stands for any letters of a name.</summary>
    private static bool Matches(string pattern, string path, bool atEnd)
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        if (star < 0) return atEnd ? path.EndsWith(pattern, StringComparison.Ordinal) : path == pattern;
        var (front, back) = (pattern[..star], pattern[(star + 1)..]);
        if (!path.EndsWith(back, StringComparison.Ordinal)) return false;
        var name = path.LastIndexOf('/') + 1;
        var first = atEnd ? path.LastIndexOf(front, StringComparison.Ordinal) : path.StartsWith(front, StringComparison.Ordinal) ? 0 : -1;
        return first >= 0 && first + front.Length >= name && first + front.Length + back.Length <= path.Length;
    }
}
