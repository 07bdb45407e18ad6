using System.Collections.Immutable;
using System.Globalization;
using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Core.FoneBridge;

/// <summary>The section [dsp], and dsp= and dspdisabled wherever they stand, while they are read.</summary>
internal sealed class RedfoneDsp
{
    private readonly List<(int Line, int First, int Last, ChannelType Type)> _lists = [];
    private Companding? _companding;
    private bool _off;
    private bool _bypassed;

    /// <summary>The file has the section: what it does not list is off.</summary>
    public bool HasBlock { get; set; }

    public static bool IsChannelList(string key) => key.ToLowerInvariant() is "voicea" or "voiceb" or "data";

    public string Take(string key, string? value)
    {
        if (key == "dspdisabled") _bypassed = true;
        else if (value == "off") _off = true;
        else if (value is "ulaw" or "alaw") _companding = value == "ulaw" ? Companding.MuLaw : Companding.ALaw;
        else return $"expected ulaw, alaw or off in lower case, found {value}";
        return "";
    }

    public string List(int line, string key, string value)
    {
        var parts = value.TrimStart(' ', '\t').Split('-');
        var first = Channel(parts[0]);
        var last = parts.Length == 1 ? first : Channel(parts[1]);
        if (parts.Length > 2 || first == 0 || last == 0)
            return $"expected a channel or FIRST-LAST, channels from 1 to {DspPlan.UserChannelMax}";
        if (parts.Length == 2 && first >= last) return $"expected a range that grows, found {first}-{last}";
        var type = key switch { "voicea" => ChannelType.VoiceA, "voiceb" => ChannelType.VoiceB, _ => ChannelType.Data };
        _lists.Add((line, first, last, type));
        return "";
    }

    /// <summary>Types of the native channels; default without the section.</summary>
    public ImmutableArray<ChannelType> Channels(ImmutableArray<SpanConfig?> spans, Action<int, string> problem)
    {
        if (!HasBlock) return default;
        var types = new ChannelType[GpakFlash.Channels];
        Array.Fill(types, ChannelType.Off);
        foreach (var (line, first, last, type) in _lists)
        {
            for (var channel = first; channel <= last; channel++)
            {
                var native = DspPlan.Native(spans, channel);
                if (native >= 0)
                {
                    types[native] = type;
                    continue;
                }

                problem(line, $"there is no channel {channel}: the configured spans have fewer timeslots");
                break;
            }
        }

        return [.. types];
    }

    public DspConfig ToConfig(ImmutableArray<ChannelType> channels) => new(_companding, _off, _bypassed, channels);

    /// <summary>0: no channel.</summary>
    private static int Channel(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var channel) && channel <= DspPlan.UserChannelMax
            ? channel : 0;
}
