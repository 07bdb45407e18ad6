using System.Collections.Immutable;
using System.Globalization;

namespace Appliance.Core.Wire;

/// <summary>The text of a key file: one key a line, <c>ID hmac-sha256 HEX</c> or <c>ID HEX</c>; the first one signs; <c>#</c> begins a comment.</summary>
public static class KeyText
{
    /// <summary>A file with one key. The secret is random bytes, <see cref="Key.SecretBytesMin"/> of them.</summary>
    public static string Write(byte id, ReadOnlySpan<byte> secret)
    {
        Invariant.Check(secret.Length >= Key.SecretBytesMin);
        return $"# Shared secret of the cluster: ID HEX, mode 0600, the same file on both nodes and the witness.\n"
            + $"# The first key signs, all are believed. To rotate: add the new one below, then move it up, then drop the old one.\n"
            + $"{id} {Convert.ToHexStringLower(secret)}\n";
    }

    /// <summary>Reads a file; null when it cannot be used, and <paramref name="problem"/> says why. Secrets are never quoted.</summary>
    public static KeySet? Parse(string text, out string problem)
    {
        var keys = ImmutableArray.CreateBuilder<Key>();
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var words = line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0) continue;
            if (words is [var id, "hmac-sha256", var secret]) words = [id, secret];
            var key = ParseKey(words, out problem);
            if (key is not null && keys.Any(other => other.Id == key.Id)) problem = $"key {key.Id} appears twice";
            if (problem.Length > 0)
            {
                problem = $"line {number}: {problem}";
                return null;
            }

            keys.Add(key!);
        }

        problem = keys.Count switch
        {
            0 => "there is no key in it; a key is a line \"1 \" and 64 hexadecimal digits (appliance init makes one)",
            > KeySet.KeysMax => $"{keys.Count} keys; at most {KeySet.KeysMax} may be valid at once",
            _ => "",
        };
        return problem.Length == 0 ? new KeySet(keys.ToImmutable()) : null;
    }

    private static Key? ParseKey(string[] words, out string problem)
    {
        problem = "";
        if (words.Length != 2) problem = $"{words.Length} words; a key is its number and its hexadecimal digits";
        else if (!byte.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out _)) problem = "the key's number is not one of 0 to 255";
        else if (words[1].Length % 2 != 0 || !words[1].All(char.IsAsciiHexDigit)) problem = "the secret is not an even number of hexadecimal digits";
        else if (words[1].Length is < 2 * Key.SecretBytesMin or > 2 * Key.SecretBytesMax)
            problem = $"the secret has {words[1].Length / 2} bytes; {Key.SecretBytesMin} to {Key.SecretBytesMax} are accepted";
        return problem.Length > 0 ? null : new Key(byte.Parse(words[0], CultureInfo.InvariantCulture), [.. Convert.FromHexString(words[1])]);
    }
}
