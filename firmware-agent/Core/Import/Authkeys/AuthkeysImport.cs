using Appliance.Core.Import.HaCf;
using static Appliance.Core.Import.Directive;
using static Appliance.Core.Import.Outcome;

namespace Appliance.Core.Import.Authkeys;

/// <summary>Reads Heartbeat's authkeys. Its secrets are looked at for their shape only and never kept:
/// docs/decisions/0025-import.md.</summary>
internal static class AuthkeysImport
{
    private const int IndexMax = 15;
    private const string NewKey = "the pair gets a new random key of 32 bytes: heartbeats are signed with HMAC-SHA256";

    public static readonly DirectiveTable Table = new("authkeys", StringComparer.Ordinal,
        Noted("auth", NewKey),
        Noted("crc", $"it was no protection at all; {NewKey}"),
        Noted("md5", NewKey),
        Noted("sha1", NewKey));

    public static void Read(SourceText text, ImportNotes notes)
    {
        for (var at = 0; at < text.Lines.Length; at++)
        {
            var words = HaCfImport.Words(text.Lines[at]);
            if (words.Length > 0) Line(words, text.At(at), notes);
        }
    }

    private static void Line(string[] words, Place place, ImportNotes notes)
    {
        var isAuth = words[0] == "auth";
        var index = isAuth && words.Length > 1 ? words[1] : words[0];
        var method = isAuth ? "auth" : words.Length > 1 ? words[1] : "";
        // What stands on a line that is not understood may be a secret: it is not shown.
        if (!IsIndex(index) || Table.Find(method) is not { } directive || (!isAuth && method == "auth"))
            notes.Refuse(place, "a line", "it is neither auth NUMBER nor NUMBER crc|md5|sha1 KEY");
        else if (words.Length > (isAuth || method == "crc" ? 2 : 3) || (!isAuth && method != "crc" && words.Length < 3))
            notes.Take(place, directive, Refused("the line has too many words or too few; nothing of it is needed"));
        else notes.Take(place, directive);
    }

    private static bool IsIndex(string text) =>
        text.Length is 1 or 2 && text.All(char.IsAsciiDigit) && (text.Length == 1 || int.Parse(text,
            System.Globalization.CultureInfo.InvariantCulture) <= IndexMax);
}
