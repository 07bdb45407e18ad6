using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Appliance.Drivers.Relay.Network;

/// <summary>Answers a web server's demand for a login: Basic, or Digest as RFC 2617 has it.</summary>
internal static class HttpLogin
{
    /// <summary>The Authorization header's value; null when the demand is for something else.</summary>
    /// <param name="once">A word that is never used twice.</param>
    public static string? Answer(string challenge, string user, string password, string target, string once)
    {
        if (challenge.StartsWith("Basic", StringComparison.OrdinalIgnoreCase))
            return $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))}";
        if (!challenge.StartsWith("Digest", StringComparison.OrdinalIgnoreCase)) return null;
        var (realm, nonce, opaque) = (Part(challenge, "realm"), Part(challenge, "nonce"), Part(challenge, "opaque"));
        var isQualified = Part(challenge, "qop").Split(',').Any(word => word.Trim() == "auth");
        var secret = Hash($"{user}:{realm}:{password}");
        var request = Hash($"GET:{target}");
        var response = isQualified ? Hash($"{secret}:{nonce}:00000001:{once}:auth:{request}") : Hash($"{secret}:{nonce}:{request}");
        return $"Digest username=\"{user}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{target}\", response=\"{response}\""
            + (isQualified ? $", qop=auth, nc=00000001, cnonce=\"{once}\"" : "")
            + (opaque.Length > 0 ? $", opaque=\"{opaque}\"" : "");
    }

    /// <summary>The value of name="value" or name=value; empty when it is not there.</summary>
    private static string Part(string challenge, string name)
    {
        foreach (var start in Starts(challenge, name + "="))
        {
            var rest = challenge[(start + name.Length + 1)..];
            if (rest.StartsWith('"')) return rest.IndexOf('"', 1) is > 0 and var end ? rest[1..end] : "";
            return rest.Split(',', ' ')[0];
        }

        return "";
    }

    private static IEnumerable<int> Starts(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0;
            at = text.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase))
            if (at == 0 || text[at - 1] is ' ' or ',') yield return at;
    }

    [SuppressMessage("Security", "CA5351", Justification = "The box knows no other digest.")]
    private static string Hash(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text)));
}
