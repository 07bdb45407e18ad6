using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Core.FoneBridge;

/// <summary>
/// Reads a redfone.conf as the vendor's client does: keys in any case, values in lower case, no blanks, lines end in LF. What that client
/// takes although it means nothing (spans 5 to 9, priorities 4 to 9, a section twice) is refused here with a sentence. Every problem of a
/// file is told in one run.
/// </summary>
public sealed class RedfoneConf
{
    private const int BytesMax = 64 << 10;
    private const int ProblemsMax = 50;
    private readonly List<RedfoneProblem> _problems = [];
    private readonly RedfoneGlobals _globals = new();
    private readonly RedfoneSpan?[] _spans = new RedfoneSpan?[BridgeConfig.SpanCount];
    private readonly RedfoneDsp _dsp = new();
    private readonly Dictionary<string, int> _sections = [];
    private readonly Dictionary<string, int> _keys = [];
    private string _section = "";
    private int _keyEntry;

    private RedfoneConf()
    {
    }

    public static RedfoneResult Read(ReadOnlySpan<byte> file)
    {
        var reader = new RedfoneConf();
        if (file.Length > BytesMax) reader.Problem(0, $"the file has {file.Length} bytes; expected a redfone.conf of at most {BytesMax}");
        else reader.Lines(Encoding.Latin1.GetString(file));
        return reader.Result();
    }

    private void Lines(string text)
    {
        var lines = text.Split('\n');
        for (var at = 0; at < lines.Length - 1 && _problems.Count < ProblemsMax; at++) Line(at + 1, lines[at]);
        if (lines[^1].Length > 0) Problem(lines.Length, "the last line does not end in a line feed; the vendor's client refuses it too");
        if (_keyEntry > 0) Problem(_keyEntry, "key_entry { is never closed with }");
    }

    private void Line(int number, string line)
    {
        if (line.Length == 0 || line[0] == '#') return;
        if (line[^1] == '\r')
            Problem(number, "the line ends in CR LF; expected LF only (sed -i 's/\\r$//' FILE mends the whole file)");
        else if (_keyEntry > 0) KeyEntry(line);
        else if (line.StartsWith("key_entry", StringComparison.OrdinalIgnoreCase)) BeginKeyEntry(number, line);
        else if (UnexpectedLetter(line) is { Length: > 0 } letter) Problem(number, letter);
        else if (line[0] == '[') Section(number, line);
        else Key(number, line);
    }

    private static string UnexpectedLetter(string line)
    {
        if (line.Contains('#', StringComparison.Ordinal)) return "a comment behind something else; expected # in the first column only";
        if (line.Any(letter => letter is < ' ' and not '\t' or > '~')) return "a character that is no printable ASCII";
        if (line[0] is ' ' or '\t') return "a blank in front; expected the line to begin with a key";
        if (line[^1] is ' ' or '\t') return "a blank at the end";
        // Only channel lists may have one, behind the equals sign.
        var end = line.IndexOf('=', StringComparison.Ordinal);
        var isList = end > 0 && RedfoneDsp.IsChannelList(line[..end]);
        var rest = isList ? line[..(end + 1)] + line[(end + 1)..].TrimStart(' ', '\t') : line;
        return rest.IndexOfAny([' ', '\t']) < 0 ? "" : "a blank inside; expected none, also not around =";
    }

    private void BeginKeyEntry(int number, string line)
    {
        _keyEntry = number;
        _problems.Add(new(number, "licence keys are not loaded (the vendor's client does not load them either)", IsWarning: true));
        if (line.Contains('}', StringComparison.Ordinal)) _keyEntry = 0;
    }

    private void KeyEntry(string line)
    {
        if (line.Contains('}', StringComparison.Ordinal)) _keyEntry = 0;
    }

    private void Section(int number, string line)
    {
        var name = line.ToLowerInvariant();
        if (!IsSection(name))
        {
            Problem(number, $"unknown section {line}; expected [globals], [span1] to [span4] or [dsp]");
            return;
        }

        if (name != "[globals]" && !_sections.ContainsKey("[globals]"))
            Problem(number, $"{name} before [globals]; expected [globals] first");
        if (_sections.TryGetValue("[dsp]", out var dsp) && name != "[dsp]")
            Problem(number, $"{name} behind [dsp] of line {dsp}; expected [dsp] to be the last section");
        if (!_sections.TryAdd(name, number)) Problem(number, $"{name} for the second time; it began in line {_sections[name]}");
        if (name == "[dsp]") _dsp.HasBlock = true;
        _section = name;
    }

    private static bool IsSection(string name) =>
        name is "[globals]" or "[dsp]" or "[span1]" or "[span2]" or "[span3]" or "[span4]";

    private void Key(int number, string line)
    {
        var equals = line.IndexOf('=', StringComparison.Ordinal);
        var key = (equals < 0 ? line : line[..equals]).ToLowerInvariant();
        var value = equals < 0 ? null : line[(equals + 1)..];
        if (RedfoneKeys.Problem(_section, key, value) is { Length: > 0 } problem)
        {
            Problem(number, problem);
            return;
        }

        var isList = RedfoneDsp.IsChannelList(key);
        var scope = RedfoneKeys.IsEverywhere(key) ? key : $"{_section} {key}";
        if (!isList && !_keys.TryAdd(scope, number)) Problem(number, $"{key} for the second time; it was set in line {_keys[scope]}");
        var answer = key switch
        {
            "iec" => "",
            "dsp" or "dspdisabled" => _dsp.Take(key, value),
            _ when isList => _dsp.List(number, key, value!),
            _ when _section == "[globals]" => _globals.Take(key, value),
            _ => (_spans[_section[5] - '1'] ??= new RedfoneSpan()).Take(key, value),
        };
        if (answer.Length > 0) Problem(number, $"{line}: {answer}");
    }

    private RedfoneResult Result()
    {
        if (!_problems.Exists(problem => !problem.IsWarning))
        {
            foreach (var missing in _globals.Missing(_sections.ContainsKey("[globals]"))) Problem(0, missing);
            if (_spans.All(span => span is null)) Problem(0, "no span is configured; expected a key behind [span1] to [span4]");
        }

        ImmutableArray<SpanConfig?> spans = [.. _spans.Select(span => span?.ToConfig())];
        var isReadable = !_problems.Exists(problem => !problem.IsWarning);
        for (var at = 0; at < _spans.Length && isReadable; at++)
            if (_spans[at]?.Warning is { Length: > 0 } words)
                _problems.Add(new(_sections[string.Create(CultureInfo.InvariantCulture, $"[span{at + 1}]")], words, IsWarning: true));
        var channels = _dsp.Channels(spans, Problem);
        var usable = !_problems.Exists(problem => !problem.IsWarning);
        ImmutableArray<RedfoneProblem> told = [.. _problems.OrderBy(problem => problem.Line == 0 ? int.MaxValue : problem.Line)];
        if (!usable) return new(null, told);
        var config = new BridgeConfig(
            _globals.Host, _globals.Port, _globals.Server, _globals.Priorities, _globals.Pll, spans, _dsp.ToConfig(channels));
        return new(config, told);
    }

    private void Problem(int line, string message) => _problems.Add(new(line, message));
}
