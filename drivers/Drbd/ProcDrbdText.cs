using System.Globalization;
using Appliance.Core.Replica;

namespace Appliance.Drivers.Drbd;

/// <summary>/proc/drbd of DRBD 8.4, one minor of it.</summary>
public static class ProcDrbdText
{
    /// <summary>The minor; null and why not.</summary>
    /// <param name="text">The whole page.</param>
    /// <param name="minor">Number of /dev/drbdN.</param>
    /// <param name="resource">Name that the answer bears.</param>
    /// <param name="problem">For people.</param>
    public static DrbdStatus? Parse(string text, int minor, string resource, out string problem)
    {
        problem = "";
        var lines = text.Split('\n');
        var head = string.Create(CultureInfo.InvariantCulture, $"{minor}: cs:");
        var at = Array.FindIndex(lines, line => line.TrimStart().StartsWith(head, StringComparison.Ordinal));
        if (at < 0)
        {
            problem = $"/proc/drbd has no device {minor}: is {resource} up?";
            return null;
        }

        var words = Fields(lines[at]);
        var (role, peerRole) = Pair(words, "ro");
        var (disk, peerDisk) = Pair(words, "ds");
        var flags = lines[at].TrimEnd().Split(' ')[^1];
        var status = new DrbdStatus(
            resource, DrbdWords.Connection(words.GetValueOrDefault("cs"), words.GetValueOrDefault("cs")), DrbdWords.Role(role),
            DrbdWords.Role(peerRole), DrbdWords.Disk(disk), DrbdWords.Disk(peerDisk))
        {
            Suspended = flags.Length == 6 && flags[0] == 's',
        };
        for (at++; at < lines.Length && !IsHead(lines[at]); at++) status = Add(status, lines[at]);
        return status;
    }

    private static DrbdStatus Add(DrbdStatus status, string line)
    {
        if (line.Contains("sync'ed:", StringComparison.Ordinal) || line.Contains("verified:", StringComparison.Ordinal))
            return status with { DoneFraction = Percent(line) };
        var words = Fields(line);
        if (words.ContainsKey("finish")) return Speed(status, line);
        return !words.ContainsKey("ns") ? status : status with
        {
            SentKiB = Number(words, "ns"), ReceivedKiB = Number(words, "nr"), WrittenKiB = Number(words, "dw"),
            ReadKiB = Number(words, "dr"),
            ActivityLogWrites = Number(words, "al"), BitmapWrites = Number(words, "bm"), LocalPending = Few(words, "lo"),
            PeerPending = Few(words, "pe"), Unacknowledged = Few(words, "ua"), FrontPending = Few(words, "ap"),
            OutOfSyncKiB = Number(words, "oos"),
        };
    }

    /// <summary>"finish: 0:07:30 speed: 30,720 (22,896) want: 30,720 K/sec".</summary>
    private static DrbdStatus Speed(DrbdStatus status, string line)
    {
        var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var (finish, speed) = (After(words, "finish:"), After(words, "speed:").Replace(",", "", StringComparison.Ordinal));
        var clock = finish.Split(':');
        var known = clock.Length == 3 && clock.All(part => part.Length is > 0 and < 8 && part.All(char.IsAsciiDigit));
        return status with
        {
            KiBPerSecond = Sane(speed),
            SecondsLeft = known ? (Sane(clock[0]) * 3600) + (Sane(clock[1]) * 60) + Sane(clock[2]) : -1,
        };
    }

    private static string After(string[] words, string word)
    {
        var at = Array.IndexOf(words, word);
        return at >= 0 && at + 1 < words.Length ? words[at + 1] : "";
    }

    private static double? Percent(string line)
    {
        var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var word = Array.Find(words, part => part.EndsWith('%'));
        return word is not null
            && double.TryParse(word[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
            ? Math.Clamp(percent / 100, 0, 1)
            : null;
    }

    /// <summary>"cs:Connected ro:Primary/Secondary": the last one of a name counts.</summary>
    private static Dictionary<string, string> Fields(string line)
    {
        var fields = new Dictionary<string, string>();
        foreach (var word in line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            if (word.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon) fields[word[..colon]] = word[(colon + 1)..];
        return fields;
    }

    private static (string? Own, string? Peer) Pair(Dictionary<string, string> words, string name) =>
        words.GetValueOrDefault(name)?.Split('/') is [var own, var peer] ? (own, peer) : (null, null);

    private static bool IsHead(string line) => line.TrimStart() is { Length: > 0 } text && char.IsAsciiDigit(text[0])
        && text.Contains(": cs:", StringComparison.Ordinal);

    private static long Number(Dictionary<string, string> words, string name) => Sane(words.GetValueOrDefault(name) ?? "");

    private static int Few(Dictionary<string, string> words, string name) => (int)Math.Min(Number(words, name), int.MaxValue);

    private static long Sane(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value < 1L << 50 ? value : 0;
}
