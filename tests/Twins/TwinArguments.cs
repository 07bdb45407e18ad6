using System.Globalization;

namespace Appliance.Twins;

/// <summary>The command lines of all twins: flags, and options with a value.</summary>
internal static class TwinArguments
{
    /// <summary>Takes them one after the other. False and a sentence at the first that is not understood.</summary>
    /// <param name="flag">Takes a word that has no value.</param>
    /// <param name="option">Takes a name and its value; empty: there is none.</param>
    public static bool Read(ReadOnlySpan<string> arguments, Func<string, bool> flag, Func<string, string, bool> option, out string problem)
    {
        problem = "";
        for (var at = 0; at < arguments.Length; at++)
        {
            var name = arguments[at];
            if (flag(name)) continue;
            var value = at + 1 < arguments.Length ? arguments[++at] : "";
            if (option(name, value)) continue;
            problem = $"{name} {value}: not understood";
            return false;
        }

        return true;
    }

    public static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
