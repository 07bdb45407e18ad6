using Appliance.Agent.Status;

namespace Appliance.Agent.Live;

/// <summary>What a terminal can show.</summary>
public sealed class Look(Paint paint, bool utf8, bool alternate)
{
    /// <summary>Colours, or none.</summary>
    public Paint Paint { get; } = paint;

    /// <summary>Letters beyond ASCII.</summary>
    public bool Utf8 { get; } = utf8;

    /// <summary>It has a second screen, and what was on the first one comes back.</summary>
    public bool Alternate { get; } = alternate;

    /// <summary>Paper: no colour, nothing but ASCII.</summary>
    public static Look Plain { get; } = new(new Paint(false), false, false);

    /// <summary>From the environment. Null: the cursor cannot be moved there, so nothing can be shown live.</summary>
    /// <param name="term">TERM, term(7).</param>
    /// <param name="noColour">NO_COLOR (no-color.org).</param>
    /// <param name="locale">LC_ALL, else LC_CTYPE, else LANG: locale(7).</param>
    public static Look? Of(string? term, string? noColour, string? locale)
    {
        if (!CanAddress(term)) return null;
        // The console of the kernel and the terminals of DEC have one screen only.
        var alternate = !IsOf(term!, "vt") && !IsOf(term!, "linux") && !IsOf(term!, "ansi") && !IsOf(term!, "pcansi");
        return new Look(new Paint(string.IsNullOrEmpty(noColour) && HasColour(term)), IsUtf8(locale), alternate);
    }

    /// <summary>Of this process.</summary>
    public static Look? OfEnvironment() => Of(
        Environment.GetEnvironmentVariable("TERM"), Environment.GetEnvironmentVariable("NO_COLOR"), First("LC_ALL", "LC_CTYPE", "LANG"));

    /// <summary>The terminals of DEC up to the VT420 show black and white; "-m" is the usual ending of a description without
    /// colours.</summary>
    public static bool HasColour(string? term) =>
        CanAddress(term) && !IsOf(term!, "vt") && !term!.EndsWith("-m", StringComparison.Ordinal)
            && !term.EndsWith("-mono", StringComparison.Ordinal);

    // Everything in use today speaks ECMA-48 but these; no name at all is no terminal.
    private static bool CanAddress(string? term) =>
        term is not (null or "" or "dumb" or "unknown" or "network" or "dialup" or "emacs" or "vt52" or "vt05")
            && !IsOf(term, "wy") && !IsOf(term, "tvi") && !IsOf(term, "hp") && !IsOf(term, "ibm3") && !IsOf(term, "adm");

    private static bool IsOf(string term, string family) => term.StartsWith(family, StringComparison.Ordinal);

    private static bool IsUtf8(string? locale) =>
        locale is not null && (locale.Contains("utf-8", StringComparison.OrdinalIgnoreCase)
            || locale.Contains("utf8", StringComparison.OrdinalIgnoreCase));

    private static string? First(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value) return value;
        return null;
    }
}
