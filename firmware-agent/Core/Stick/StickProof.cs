using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Appliance.Core.Wire;

namespace Appliance.Core.Stick;

/// <summary>
/// Proof that who made a stick has the cluster's key: a list of its files with their hashes, the cluster's name, a number that only grows,
/// and an HMAC-SHA256 (RFC 2104) over all of it.
/// </summary>
/// <param name="Cluster">Name of the pair.</param>
/// <param name="Serial">Seconds since 1970 when it was signed; a node takes no older stick than its last one.</param>
/// <param name="KeyId">Number of the key in the key file.</param>
/// <param name="Listing">Lines "file SIZE SHA256 NAME", sorted by name.</param>
/// <param name="Mac">32 bytes.</param>
public sealed record StickProof(string Cluster, long Serial, byte KeyId, string Listing, ImmutableArray<byte> Mac)
{
    // appliance-stick 1
    // cluster NAME
    // serial SECONDS
    // key ID
    // file SIZE SHA256 NAME        (a line each, sorted by name)
    // mac HEX                      HMAC over everything above, line feeds included; the key is derived, so that no heartbeat fits
    private const string Title = "appliance-stick 1";
    private const int MacBytes = 32;
    private static readonly byte[] Purpose = "appliance stick proof 1"u8.ToArray();

    /// <summary>The canonical list of what is taken from a stick; the proof is not part of it.</summary>
    public static string List(IEnumerable<StickFile> files)
    {
        var lines = new List<(string Name, string Line)>();
        foreach (var file in files)
        {
            if (!StickNames.IsTaken(file.Name)) continue;
            lines.Add((file.Name, string.Create(CultureInfo.InvariantCulture,
                $"file {file.Bytes.Length} {Convert.ToHexStringLower(SHA256.HashData(file.Bytes))} {file.Name}\n")));
        }

        lines.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        var text = new StringBuilder();
        foreach (var (_, line) in lines) text.Append(line);
        return text.ToString();
    }

    /// <summary>SHA-256 of the list, hexadecimal: two sticks with the same one bring the same.</summary>
    public static string Digest(string listing) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(listing)));

    /// <summary>Signs.</summary>
    public static string Write(string cluster, long serial, Key key, string listing)
    {
        var text = Body(cluster, serial, key.Id, listing);
        return $"{text}mac {Convert.ToHexStringLower(MacOf(key, text))}\n";
    }

    /// <summary>Reads the file; null and what is wrong with it. Nothing is proven yet.</summary>
    public static StickProof? Read(ReadOnlySpan<byte> file, out string problem)
    {
        problem = "is no proof of this version (appliance stick sign DIR makes one)";
        if (file.Length > StickNames.ProofBytesMax || NotText(file)) return null;
        var lines = Encoding.ASCII.GetString(file).Replace("\r", "", StringComparison.Ordinal).Split('\n');
        if (lines.Length < 6 || lines[0] != Title || lines[^1].Length > 0) return null;
        if (After(lines[1], "cluster ") is not { } cluster || After(lines[2], "serial ") is not { } serial
            || After(lines[3], "key ") is not { } id || After(lines[^2], "mac ") is not { } mac) return null;
        if (!long.TryParse(serial, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || !byte.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var key)
            || mac.Length != 2 * MacBytes || !mac.All(char.IsAsciiHexDigit)) return null;
        var listing = new StringBuilder();
        for (var index = 4; index < lines.Length - 2; index++) listing.Append(lines[index]).Append('\n');
        problem = "";
        return new StickProof(cluster, number, key, listing.ToString(), [.. Convert.FromHexString(mac)]);
    }

    /// <summary>Null when one of the keys made it, else why not.</summary>
    public string? Fault(KeySet keys)
    {
        if (keys.Find(KeyId) is not { } key)
            return string.Create(CultureInfo.InvariantCulture, $"was signed with key {KeyId}, which is not in this key file");
        var own = MacOf(key, Body(Cluster, Serial, KeyId, Listing));
        return CryptographicOperations.FixedTimeEquals(own, Mac.AsSpan()) ? null
            : "was not signed with this cluster's key, or was changed since";
    }

    private static bool NotText(ReadOnlySpan<byte> file)
    {
        foreach (var letter in file)
            if (letter is not ((byte)'\n' or (byte)'\r') and (< 0x20 or > 0x7e)) return true;
        return false;
    }

    private static string? After(string line, string start) =>
        line.StartsWith(start, StringComparison.Ordinal) && line.Length > start.Length ? line[start.Length..] : null;

    private static string Body(string cluster, long serial, byte key, string listing) =>
        string.Create(CultureInfo.InvariantCulture, $"{Title}\ncluster {cluster}\nserial {serial}\nkey {key}\n{listing}");

    private static byte[] MacOf(Key key, string text) =>
        HMACSHA256.HashData(HMACSHA256.HashData(key.Secret.AsSpan(), Purpose), Encoding.ASCII.GetBytes(text));
}
