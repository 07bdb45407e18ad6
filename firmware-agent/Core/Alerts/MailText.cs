using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Appliance.Core.Alerts;

/// <summary>An alert as a mail (RFC 5322, MIME): pure ASCII with short lines, whatever the text is.</summary>
public static class MailText
{
    /// <summary>Bytes of text in one encoded word: 75 characters with its frame (RFC 2047, section 2).</summary>
    private const int WordBytes = 42;

    private const int LineBytes = 57; // 76 characters of base64 (RFC 2045, section 6.8).

    /// <summary>The whole mail, lines ending with CR LF.</summary>
    /// <param name="unixMs">Now, for the date and the identity of the mail.</param>
    public static byte[] Write(AlertMessage message, string from, ImmutableArray<string> to, long unixMs)
    {
        var mail = new StringBuilder();
        Header(mail, "From", from);
        Header(mail, "To", string.Join(",\r\n ", to));
        Header(mail, "Subject", Encoded(message.Subject));
        Header(mail, "Date", DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString(
            "ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        Header(mail, "Message-ID", string.Create(
            CultureInfo.InvariantCulture, $"<{unixMs}.{message.Lines[^1].Serial}@{message.Node}.{message.Site}>"));
        Header(mail, "Auto-Submitted", "auto-generated"); // RFC 3834: nobody's holiday note answers it.
        Header(mail, "MIME-Version", "1.0");
        Header(mail, "Content-Type", "text/plain; charset=utf-8");
        Header(mail, "Content-Transfer-Encoding", "base64");
        mail.Append("\r\n");
        var body = Encoding.UTF8.GetBytes(message.Body.Replace("\n", "\r\n", StringComparison.Ordinal));
        for (var start = 0; start < body.Length; start += LineBytes)
            mail.Append(Convert.ToBase64String(body, start, Math.Min(LineBytes, body.Length - start))).Append("\r\n");
        return Encoding.ASCII.GetBytes(mail.ToString());
    }

    /// <summary>Printable ASCII as it is when it is short; else encoded words.</summary>
    public static string Encoded(string text)
    {
        var isPlain = text.Length <= 60 && text.All(letter => letter is >= ' ' and <= '~');
        if (isPlain && !text.Contains("=?", StringComparison.Ordinal)) return text;
        var words = new List<string>();
        var bytes = new List<byte>();
        foreach (var rune in text.EnumerateRunes())
        {
            var letter = Encoding.UTF8.GetBytes(rune.ToString());
            if (bytes.Count + letter.Length > WordBytes) Close(words, bytes);
            bytes.AddRange(letter);
        }

        Close(words, bytes);
        return string.Join("\r\n ", words);
    }

    private static void Close(List<string> words, List<byte> bytes)
    {
        words.Add($"=?utf-8?B?{Convert.ToBase64String([.. bytes])}?=");
        bytes.Clear();
    }

    private static void Header(StringBuilder mail, string name, string value) =>
        mail.Append(name).Append(": ").Append(value).Append("\r\n");
}
