using System.Globalization;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Import.Merge;

/// <summary>Names that the new file accepts, made of those of the old one.</summary>
internal static class Names
{
    /// <summary>Letters that may not stand in a name become a hyphen; a number makes it unique.</summary>
    public static string Unique(string name, string otherwise, HashSet<string> taken)
    {
        var letters = string.Concat(name.Take(Limits.NameLengthMax - 4)
            .Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' ? letter : '-')).TrimStart('-', '_', '.');
        var fit = Types.IsName(letters) ? letters : otherwise;
        var unique = fit;
        for (var number = 2; !taken.Add(unique); number++)
            unique = string.Create(CultureInfo.InvariantCulture, $"{fit}-{number}");
        return unique;
    }
}
