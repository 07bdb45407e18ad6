using System.Collections.Immutable;
using System.Globalization;
using Appliance.Core.Configuration;
using Appliance.Core.Configuration.Schema;
using static Appliance.Core.Import.Outcome;

namespace Appliance.Core.Import.Drbd;

/// <summary>The options of a resource over those that are common to all.</summary>
internal sealed class DrbdOptions(ImportNotes notes, DrbdOptions? common = null)
{
    private const string Silent = "a split brain is mended without a person, and what one node wrote is lost";
    private const long KibiBytes = 1024;

    private static readonly string[] Plain =
        ["protocol", "resync-rate", "fencing", "on-no-data", "al-extents", "disk-timeout", "wait-for-peer", "encryption"];

    private static readonly string[] Policies = ["0pri", "1pri", "2pri"];

    private readonly Dictionary<string, string> _toml = [];

    public void Section(DrbdItem section)
    {
        foreach (var item in section.Items)
        {
            if (item.IsSection) notes.Refuse(item.Place, ImportNotes.Shown(item.Keyword), $"no section of {section.Keyword}");
            else Option(section.Keyword, item);
        }
    }

    public void Option(string section, DrbdItem item)
    {
        if (DrbdTable.Table.Find($"{section} {item.Keyword}") is { } directive)
            notes.Take(item.Place, directive, Take(directive.Name, item.Value));
        else
            notes.RefuseUnknown(item.Place, $"{section} {item.Keyword}", $"option of {section}", DrbdTable.Table);
    }

    /// <summary>Keys of the new section in the order of the documentation.</summary>
    public ImmutableArray<(string Key, string Toml, string Comment)> Keys()
    {
        var keys = ImmutableArray.CreateBuilder<(string, string, string)>();
        foreach (var key in Plain)
            if (Value(key) is { } toml) keys.Add((key, toml, ""));
        var policies = Policies.Where(key => Value(key) is not null).ToArray();
        if (policies.Length == 0) return keys.ToImmutable();
        var loses = policies.Any(key => Value(key) != "\"disconnect\"");
        keys.Add(("after-split-brain", $"{{ {string.Join(", ", policies.Select(key => $"{key} = {Value(key)}"))} }}", loses ? Silent : ""));
        return keys.ToImmutable();
    }

    private string? Value(string key) => _toml.GetValueOrDefault(key) ?? common?.Value(key);

    private Outcome? Take(string name, string value) => name switch
    {
        "resource protocol" or "net protocol" => Word("protocol", value.ToUpperInvariant()),
        "syncer rate" or "disk resync-rate" or "disk c-max-rate" or "syncer c-max-rate" => Rate(value),
        "disk al-extents" or "syncer al-extents" => Extents(value),
        "disk disk-timeout" => DiskTimeout(value),
        "startup wfc-timeout" => Wait(value),
        "disk on-io-error" => value == "detach" ? null
            : Refused($"{ImportNotes.Shown(value)}: a disk with an error is detached, and the peer's copy is used"),
        "disk fencing" or "net fencing" => Fencing(value),
        "options on-no-data-accessible" or "syncer on-no-data-accessible" => Word("on-no-data", value),
        "net after-sb-0pri" or "net after-sb-1pri" or "net after-sb-2pri" => Policy(name[^4..], value),
        "net tls" => Tls(value),
        _ => null,
    };

    private Outcome? Word(string key, string value)
    {
        if (Fit.Problem(ReplicaSchema.Replica, key, value) is { } problem) return Refused(problem);
        _toml[key] = TomlText.Quote(value);
        return null;
    }

    /// <summary>DRBD's unit is KiB/s; a letter says another one.</summary>
    private Outcome? Rate(string value)
    {
        if (Size(value, KibiBytes) is not (> 0 and < 1L << 40 and var bytes)) return Refused($"{ImportNotes.Shown(value)} is no rate");
        if (bytes % KibiBytes != 0) return Refused($"{bytes} bytes a second are no whole KiB");
        var usual = SizeType.Parse("4MiB")!.Value;
        var min = bytes < usual ? $"min = \"{SizeType.Text(bytes)}/s\", " : "";
        _toml["resync-rate"] = $"{{ {min}max = \"{SizeType.Text(bytes)}/s\" }}";
        return null;
    }

    private Outcome? Extents(string value)
    {
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var extents))
            return Refused($"{ImportNotes.Shown(value)} is no number");
        if (Fit.Problem(ReplicaSchema.Replica, "al-extents", extents) is { } problem) return Refused(problem);
        _toml["al-extents"] = extents.ToString(CultureInfo.InvariantCulture);
        return null;
    }

    /// <summary>DRBD counts tenths of a second.</summary>
    private Outcome? DiskTimeout(string value)
    {
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var tenths))
            return Refused($"{ImportNotes.Shown(value)} is no number of tenths of a second");
        return Duration("disk-timeout", TimeSpan.FromMilliseconds(tenths * 100.0));
    }

    /// <summary>DRBD counts seconds; 0: for ever.</summary>
    private Outcome? Wait(string value)
    {
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return Refused($"{ImportNotes.Shown(value)} is no number of seconds");
        return seconds == 0 ? Noted("0 waits for ever; wait-for-peer has its own bound, and a stale copy never serves")
            : Duration("wait-for-peer", TimeSpan.FromSeconds(seconds));
    }

    private Outcome? Duration(string key, TimeSpan time)
    {
        if (Fit.Problem(ReplicaSchema.Replica, key, time) is { } problem) return Refused(problem);
        _toml[key] = $"\"{Words.Of(time)}\"";
        return null;
    }

    private Outcome? Fencing(string value)
    {
        if (value is not ("dont-care" or "resource-only" or "resource-and-stonith"))
            return Refused($"{ImportNotes.Shown(value)}; expected dont-care, resource-only or resource-and-stonith");
        _toml["fencing"] = TomlText.Quote(value == "dont-care" ? value : "resource-only");
        return value == "resource-and-stonith"
            ? Mapped("fencing = \"resource-only\", which holds users' writes until the peer is known to be harmless") : null;
    }

    private Outcome? Policy(string key, string value)
    {
        if (value.StartsWith("discard-node-", StringComparison.Ordinal))
            return Refused($"{ImportNotes.Shown(value)}: no node is given up by its name");
        if (value == "violently-as0p") return Refused("violently-as0p throws a primary's data away while it serves");
        var table = new Toml.TomlValue.Table(default, [new(key, default, new Toml.TomlValue.Text(default, value))]);
        var findings = new Findings();
        if (new SplitBrainType().Read(table, "", findings) is null) return Refused(findings.Sorted()[0].Message);
        _toml[key] = TomlText.Quote(value);
        return null;
    }

    private Outcome? Tls(string value)
    {
        if (value is not ("yes" or "no" or "")) return Refused($"{ImportNotes.Shown(value)} is neither yes nor no");
        _toml["encryption"] = value == "no" ? "false" : "true";
        return null;
    }

    /// <summary>A number with K, M or G, or s for sectors; -1: it is none.</summary>
    internal static long Size(string text, long unit)
    {
        if (text.Length == 0) return -1;
        var factor = char.ToUpperInvariant(text[^1]) switch { 'K' => 1L << 10, 'M' => 1L << 20, 'G' => 1L << 30, 'S' => 512, _ => 0 };
        var digits = factor == 0 ? text : text[..^1];
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number * (factor == 0 ? unit : factor) : -1;
    }
}
