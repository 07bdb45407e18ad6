using System.Collections.Immutable;

namespace Appliance.Core.FoneBridge.Wire;

/// <summary>What the frames of voice that a card heard prove, the most telling last.</summary>
public enum VoiceFinding
{
    /// <summary>Nothing was heard.</summary>
    Silence,

    /// <summary>The bridge's voice was overheard on its way to another node.</summary>
    OtherNode,

    /// <summary>Voice arrives here, but another bridge, or the other port of ours, sends it.</summary>
    OtherSource,

    /// <summary>Something arrives from the bridge that is no frame of voice.</summary>
    Garbled,

    /// <summary>The bridge's voice arrives, but not that of the configured spans.</summary>
    OtherSpans,

    /// <summary>The bridge's voice arrives, in fewer frames than were waited for.</summary>
    Few,

    /// <summary>The bridge's voice arrives.</summary>
    Arrives,
}

/// <summary>Judges frames of Ethernet type 0xD00D that a card hears, until they prove that a bridge's voice arrives.</summary>
/// <param name="bridge">Address of the port that shall send it; null: any.</param>
/// <param name="timeslots">Of each span that is expected, in order, 0 where any will do; empty: any spans.</param>
/// <param name="wanted">Good frames that are a proof.</param>
public sealed class VoiceEvidence(EthernetAddress? bridge = null, ImmutableArray<int> timeslots = default, int wanted = 1)
{
    private string _words = "";
    private int _good;

    public VoiceFinding Finding { get; private set; }

    /// <summary>Takes one frame without its Ethernet header.</summary>
    /// <param name="from">Who sent it.</param>
    /// <param name="forUs">It was sent to the card's own address.</param>
    /// <param name="frame">From the number of spans on.</param>
    /// <returns>The proof is complete.</returns>
    public bool Take(EthernetAddress from, bool forUs, ReadOnlySpan<byte> frame)
    {
        var isOurs = bridge is null || bridge == from;
        if (!forUs)
        {
            if (isOurs) Found(VoiceFinding.OtherNode, $"the bridge {from} sends its voice to another node: this one only overhears it");
        }
        else if (!isOurs)
            Found(VoiceFinding.OtherSource, $"voice arrives from {from}, not from {bridge}: another bridge, or the wrong port of it");
        else if (TdmoeHeader.Read(frame) is not { } header)
            Found(VoiceFinding.Garbled, $"{frame.Length} bytes of the type of voice arrive from {from} that are no frame of a foneBRIDGE");
        else if (Difference(header) is { Length: > 0 } difference) Found(VoiceFinding.OtherSpans,
            $"voice arrives from {from}, but {difference}");
        else Good(from, header);
        return Finding == VoiceFinding.Arrives;
    }

    /// <summary>The end of a sentence: what was heard.</summary>
    public string Words => Finding == VoiceFinding.Silence
        ? $"no voice arrives{(bridge is { } known ? $" from {known}" : "")}" : _words;

    private void Good(EthernetAddress from, TdmoeHeader header)
    {
        _good++;
        var frames = $"{_good} {(_good == 1 ? "frame" : "frames")}";
        if (_good >= wanted) Found(VoiceFinding.Arrives, $"{frames} of {header.Spans.Length} spans arrived from {from}");
        else Found(VoiceFinding.Few, $"only {frames} of voice arrived from {from}; expected {wanted}");
    }

    private string Difference(TdmoeHeader header)
    {
        if (timeslots.IsDefault) return "";
        for (var span = timeslots.Length - 1; span >= 0; span--)
        {
            if (timeslots[span] == 0) continue;
            if (span >= header.Spans.Length) return $"its frames hold {header.Spans.Length} spans, and span {span + 1} is configured";
            if (header.Spans[span].Channels != timeslots[span])
                return $"span {span + 1} has {header.Spans[span].Channels} channels; expected {timeslots[span]}";
        }

        return "";
    }

    private void Found(VoiceFinding finding, string words)
    {
        if (finding < Finding) return;
        (Finding, _words) = (finding, words);
    }
}
