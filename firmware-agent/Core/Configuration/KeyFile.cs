using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Appliance.Core.Wire;

namespace Appliance.Core.Configuration;

/// <summary>What reading a key file gave.</summary>
/// <param name="Keys">Null when there is any problem.</param>
/// <param name="Problems">All of them, in file order. A secret is never quoted.</param>
public sealed record KeyFileResult(KeySet? Keys, ImmutableArray<Problem> Problems);

/// <summary>The cluster's shared secrets: one key a line, <c>ID hmac-sha256 HEX</c>; the first one signs, all are believed; <c>#</c>
/// begins a comment.</summary>
public static class KeyFile
{
    public const string Algorithm = "hmac-sha256";

    /// <summary>Largest file read, bytes.</summary>
    public const int BytesMax = 16 << 10;

    private const string Form = "expected ID hmac-sha256 HEX, for example: 1 hmac-sha256 and 64 hexadecimal digits";

    /// <summary>Reads a whole file; every problem at once, with its line.</summary>
    public static KeyFileResult Read(ReadOnlySpan<byte> file)
    {
        if (file.Length > BytesMax) return Refused([At(1, 1, $"the file has {file.Length} bytes; expected at most {BytesMax}")]);
        if (file.ContainsAnyExceptInRange((byte)1, (byte)126)) return Refused([At(1, 1, "the file is not plain text; " + Form)]);
        var keys = new Dictionary<byte, int>();
        var read = ImmutableArray.CreateBuilder<Key>();
        var problems = ImmutableArray.CreateBuilder<Problem>();
        var number = 0;
        foreach (var line in Encoding.ASCII.GetString(file).Split('\n'))
        {
            number++;
            var text = line.Split('#')[0].Trim();
            if (text.Length == 0) continue;
            var key = ReadKey(text, out var problem);
            if (key is not null && !keys.TryAdd(key.Id, number))
                problem = $"key {key.Id} is already in line {keys[key.Id]}; expected each number once";
            if (problem.Length > 0) problems.Add(At(number, line.Length - line.TrimStart().Length + 1, problem));
            else read.Add(key!);
        }

        if (problems.Count == 0 && read.Count == 0) problems.Add(At(1, 1, "there is no key in it; " + Form));
        if (read.Count > KeySet.KeysMax) problems.Add(At(number, 1, $"{read.Count} keys; expected at most {KeySet.KeysMax}"));
        return problems.Count > 0 ? Refused(problems.ToImmutable()) : new KeyFileResult(new KeySet(read.ToImmutable()), []);
    }

    /// <summary>A file with one key.</summary>
    /// <param name="id">1 to 255.</param>
    /// <param name="secret">Random bytes, at least <see cref="Key.SecretBytesMin"/>.</param>
    public static string Write(byte id, ReadOnlySpan<byte> secret)
    {
        Invariant.Check(id > 0);
        Invariant.Check(secret.Length is >= Key.SecretBytesMin and <= Key.SecretBytesMax);
        return "# Shared secret of the pair: ID hmac-sha256 HEX. Mode 0600, the same file on both nodes and the witness.\n"
            + "# The first key signs, all are believed. To rotate: add the new one below, then move it up, then drop the old one.\n"
            + $"{id.ToString(CultureInfo.InvariantCulture)} {Algorithm} {Convert.ToHexStringLower(secret)}\n";
    }

    private static Key? ReadKey(string text, out string problem)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        problem = Fault(words);
        return problem.Length > 0 ? null
            : new Key(byte.Parse(words[0], CultureInfo.InvariantCulture), [.. Convert.FromHexString(words[2])]);
    }

    private static string Fault(string[] words)
    {
        if (words.Length != 3) return $"found {words.Length} {(words.Length == 1 ? "word" : "words")}; {Form}";
        if (!byte.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id == 0)
            return "the key's number is not one of 1 to 255; " + Form;
        if (words[1] != Algorithm) return $"the second word is not {Algorithm}, the only algorithm; {Form}";
        if (words[2].Length % 2 != 0 || !words[2].All(char.IsAsciiHexDigit))
            return "the secret is not an even number of hexadecimal digits; " + Form;
        var bytes = words[2].Length / 2;
        return bytes is < Key.SecretBytesMin or > Key.SecretBytesMax
            ? $"the secret has {bytes} bytes; expected {Key.SecretBytesMin} to {Key.SecretBytesMax}"
            : "";
    }

    private static Problem At(int line, int column, string message) => new(Severity.Error, line, column, "", message);

    private static KeyFileResult Refused(ImmutableArray<Problem> problems) => new(null, problems);
}
