using System.Text;
using Appliance.Core.Configuration;
using Appliance.Core.FoneBridge;
using static Appliance.Core.Import.Directive;

namespace Appliance.Core.Import.Redfone;

/// <summary>Reads a redfone.conf with the reader that drives bridges, and says what becomes of each of its keys.</summary>
internal static class RedfoneImport
{
    private const string Span = "the same key of [device.bridge.spanN]";

    public static readonly DirectiveTable Table = new("redfone.conf", StringComparer.OrdinalIgnoreCase,
        Mapped("[globals]", "[device.bridge]"),
        Mapped("[span1]", "[device.bridge.span1]"), Mapped("[span2]", "[device.bridge.span2]"),
        Mapped("[span3]", "[device.bridge.span3]"), Mapped("[span4]", "[device.bridge.span4]"),
        Mapped("[dsp]", "[device.bridge.channels]"),
        Mapped("fb", "address"),
        Mapped("port", "port"),
        Noted("server", "each node gives the bridge the address of its own card"),
        Mapped("priorities", "priorities"),
        Mapped("wplloff", "wplloff"),
        Noted("iec", "the vendor's client ignores it, too"),
        Mapped("framing", Span), Mapped("encoding", Span), Mapped("crc4", Span), Mapped("J1", "j1 of [device.bridge.spanN]"),
        Mapped("rbs", Span), Mapped("loopback", Span), Mapped("slave", Span),
        Noted("master", "it is what a span without slave is"),
        Mapped("shorthaul", Span), Mapped("longhaul", Span), Mapped("dejitter", Span),
        Mapped("dsp", "dsp"),
        Mapped("dspdisabled", "dspdisabled"),
        Mapped("voiceA", "voice-a of [device.bridge.channels]"),
        Mapped("voiceB", "voice-b of [device.bridge.channels]"),
        Mapped("data", "data of [device.bridge.channels]"),
        Noted("key_entry", "licence keys are not loaded (the vendor's client does not load them either)"));

    public static void Read(SourceText text, PairFacts facts, ImportNotes notes)
    {
        var result = RedfoneConf.Read(Encoding.UTF8.GetBytes(string.Join('\n', text.Lines)));
        var wrong = new Dictionary<int, string>();
        foreach (var problem in result.Problems.Where(problem => !problem.IsWarning))
        {
            if (problem.Line == 0) notes.Refuse(new Place(text.Path, 0), "the file", problem.Message);
            else wrong.TryAdd(problem.Line, problem.Message);
        }

        var isKeyEntry = false;
        for (var at = 0; at < text.Lines.Length; at++)
            Line(text.Lines[at], text.At(at), wrong, result.Config is not null, ref isKeyEntry, notes);
        foreach (var warning in result.Problems.Where(problem => problem.IsWarning && problem.Line > 0))
            notes.Note(text.At(warning.Line - 1), "a warning", warning.Message);
        var config = result.Config;
        if (config is not null && BridgeText.Obstacle(config) is { Length: > 0 } obstacle)
        {
            notes.Refuse(new Place(text.Path, 0), "the file", obstacle);
            config = null;
        }

        facts.Bridges.Add(new BridgeFact(config, new Place(text.Path, 0)));
    }

    private static void Line(
        string line, Place place, Dictionary<int, string> wrong, bool usable, ref bool isKeyEntry, ImportNotes notes)
    {
        if (isKeyEntry)
        {
            isKeyEntry = !line.Contains('}', StringComparison.Ordinal);
            return;
        }

        var name = line.Trim();
        if (name.Length == 0 || name[0] == '#') return;
        if (name.StartsWith("key_entry", StringComparison.OrdinalIgnoreCase))
        {
            isKeyEntry = !line.Contains('}', StringComparison.Ordinal);
            name = "key_entry";
        }

        name = name.Split('=')[0].TrimEnd();
        var directive = Table.Find(name);
        if (wrong.TryGetValue(place.Line, out var message)) notes.Refuse(place, directive?.Name ?? ImportNotes.Shown(name), message);
        else if (directive is not null && !usable) notes.Note(place, directive.Name,
            "understood, but the file has a problem and none of it is taken");
        else if (directive is not null) notes.Take(place, directive);
        else notes.Refuse(place, ImportNotes.Shown(name), "no key of redfone.conf; the reader gave up before this line");
    }
}
