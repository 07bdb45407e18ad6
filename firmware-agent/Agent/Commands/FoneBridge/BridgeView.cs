using Appliance.Agent.Control;
using Appliance.Core.FoneBridge;
using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Agent.Commands.FoneBridge;

/// <summary>What the commands about a bridge print with --json.</summary>
/// <param name="Message">The session's last sentence.</param>
/// <param name="Transmit">untouched, on or off.</param>
/// <param name="Spans">As configured, in words.</param>
/// <param name="Evidence">With --verify: frames when voice was listened for, counter when the bridge's was read, spans when there is no
/// voice.</param>
public sealed record BridgeView(
    bool Ok,
    string Message,
    string? Transmit = null,
    bool? NeedsReset = null,
    IReadOnlyList<string>? Notes = null,
    BridgeInfoView? Bridge = null,
    IReadOnlyList<string>? Spans = null,
    IReadOnlyList<BridgePortView>? Ports = null,
    IReadOnlyList<LineCounters>? Lines = null,
    string? Evidence = null)
{
    public static BridgeView Of(BridgeOutcome outcome) => new(
        outcome.Ok, outcome.Words, outcome.Transmit.ToString().ToLowerInvariant(), outcome.NeedsReset, outcome.Notes);
}

/// <summary>Counters of an Ethernet port since the bridge started.</summary>
public sealed record BridgePortView(int Port, uint Received, uint Sent, uint Dropped)
{
    /// <summary>Both ports.</summary>
    public static BridgePortView[] Of(BridgeStatistics counters) =>
        [.. Selection.Range(0, 2)
            .Select(at => new BridgePortView(at + 1, counters.Received[at], counters.Sent[at], counters.Dropped[at]))];
}

/// <summary>Who a bridge is.</summary>
public sealed record BridgeInfoView(
    string Firmware,
    string Compiled,
    int Build,
    int Spans,
    bool EchoCanceller,
    bool Inline,
    string Serial,
    string[] Macs,
    string[] Addresses)
{
    public static BridgeInfoView Of(StaticInfo info)
    {
        var flash = info.Flash;
        return new(info.Firmware, info.Compiled, info.Build, info.Spans, info.HasDsp, flash.IsInline, flash.Serial,
            [flash.Mac.ToString(), flash.Mac.Next().ToString()], [flash.Address(1).ToString(), flash.Address(2).ToString()]);
    }

    /// <summary>Lines for a person.</summary>
    public IEnumerable<string> Page()
    {
        yield return $"firmware   {Firmware} of {Compiled}, build {Build}";
        var extras = (EchoCanceller ? ", echo canceller" : "") + (Inline ? ", inline echo canceller without TDMoE" : "");
        yield return $"spans      {Spans}{extras}";
        yield return $"serial     {Serial}";
        for (var port = 0; port < Macs.Length; port++) yield return $"port {port + 1}     {Macs[port]}  {Addresses[port]}";
    }
}

/// <summary>JSON of the commands about bridges.</summary>
public static class BridgeJson
{
    /// <summary>A line per field.</summary>
    public static AgentJson Readable => field ??= AgentJson.Readable(indented: true);
}
