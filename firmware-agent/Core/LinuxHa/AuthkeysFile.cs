using System.Collections.Immutable;
using System.Text;

namespace Appliance.Core.LinuxHa;

/// <summary>Reads Heartbeat's authkeys: a line <c>auth N</c> and lines <c>N crc</c>, <c>N md5 KEY</c>, <c>N sha1 KEY</c>. Never throws on
/// bytes; its messages never show a key.</summary>
public static class AuthkeysFile
{
    private static readonly char[] Blanks = [' ', '\t', '\r', ','];

    /// <summary>The keys; null when the file cannot be used, with the reasons, a line each, in <paramref name="problems"/>.</summary>
    public static HaKeys? Read(ReadOnlySpan<byte> file, out ImmutableArray<string> problems)
    {
        var found = new AuthkeysLines();
        if (file.Length > HaLimits.AuthkeysBytesMax)
            found.Add($"the file has {file.Length} bytes; expected at most {HaLimits.AuthkeysBytesMax}");
        else
            found.Take(Encoding.Latin1.GetString(file).Split('\n'));
        var keys = found.Keys;
        problems = found.Problems;
        return keys;
    }

    private sealed class AuthkeysLines
    {
        private readonly List<string> _problems = [];
        private readonly List<HaKey> _keys = [];
        private int _auth = -1;

        public ImmutableArray<string> Problems => [.. _problems];

        /// <summary>Null when anything is wrong.</summary>
        public HaKeys? Keys
        {
            get
            {
                var known = new HaKeys(new HaKey(-1, HaMethod.Crc, []), [.. _keys]);
                if (_problems.Count == 0 && _auth < 0) Add("a line \"auth NUMBER\" is missing: it says which key signs");
                if (_problems.Count == 0 && known.Find(_auth) is null) Add($"auth {_auth} names a key that is not in the file");
                return _problems.Count == 0 ? known with { Sending = known.Find(_auth)! } : null;
            }
        }

        public void Add(string problem) => _problems.Add(problem);

        public void Take(string[] lines)
        {
            for (var at = 0; at < lines.Length; at++)
            {
                var comment = lines[at].IndexOf('#', StringComparison.Ordinal);
                var words = (comment < 0 ? lines[at] : lines[at][..comment]).Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
                if (words.Length > 0) Take(words, at + 1);
            }
        }

        private void Take(string[] words, int line)
        {
            if (words is ["auth", var chosen] && Index(chosen) is var sending and >= 0)
            {
                if (_auth >= 0) Add($"line {line}: a second \"auth\"; expected one");
                _auth = sending;
                return;
            }

            if (words.Length < 2 || Index(words[0]) is not (var index and >= 0) || Method(words[1]) is not { } method)
                Add($"line {line}: expected \"auth NUMBER\" or \"NUMBER crc|md5|sha1 KEY\" with a NUMBER from 0 to {HaLimits.KeyIndexMax}");
            else if (words.Length != (method == HaMethod.Crc ? 2 : 3))
                Add($"line {line}: {words[1]} takes {(method == HaMethod.Crc ? "no key" : "one key without blanks")}");
            else if (words[^1].Length > HaLimits.KeyBytesMax)
                Add($"line {line}: the key has {words[^1].Length} bytes; expected at most {HaLimits.KeyBytesMax}");
            else if (_keys.Any(key => key.Index == index))
                Add($"line {line}: there is a key {index} already");
            else
                _keys.Add(new HaKey(index, method, method == HaMethod.Crc ? [] : [.. Encoding.Latin1.GetBytes(words[2])]));
        }

        private static int Index(string word) =>
            word.Length is 1 or 2 && word.All(char.IsAsciiDigit)
            && int.Parse(word, System.Globalization.CultureInfo.InvariantCulture) is var index and <= HaLimits.KeyIndexMax ? index : -1;

        private static HaMethod? Method(string word) => word switch
        {
            "crc" => HaMethod.Crc,
            "md5" => HaMethod.Md5,
            "sha1" => HaMethod.Sha1,
            _ => null,
        };
    }
}
