using System.Collections.Immutable;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration.Relations;

/// <summary>Secrets of alerts go nowhere in the clear, and a login is whole.</summary>
internal static class AlertRelations
{
    public static void Check(Section root, Findings findings)
    {
        foreach (var alert in root.Sections("alert"))
        {
            var (hasUser, hasPassword) = (alert.IsWritten("user"), alert.IsWritten("password-file"));
            if (hasUser != hasPassword)
                Tell(alert, hasUser ? "user" : "password-file", findings, "user and password-file belong together; one of them is missing");
            if (hasPassword && alert.Has("tls", out string tls) && tls == "none")
                Tell(
                    alert, "tls", findings, "\"none\" would send the password in the clear; expected \"starttls\" or \"tls\" with a login");
            if (alert.IsWritten("token-file") && alert.Has("url", out string url) && !url.StartsWith("https:", StringComparison.Ordinal))
                Tell(alert, "url", findings, "the token of token-file would go in the clear; expected an https URL");
            if (alert.Has("command", out ImmutableArray<string> command) && !command[0].StartsWith('/'))
                Tell(alert, "command", findings, $"found the program \"{command[0]}\"; expected its absolute path");
        }
    }

    private static void Tell(Section alert, string key, Findings findings, string message) =>
        findings.Error(alert.Place(key), alert.PathOf(key), message);
}
