using System.Collections.Immutable;
using System.CommandLine;
using Appliance.Core.FoneBridge;
using Appliance.Core.FoneBridge.Wire;
using Appliance.Drivers.FoneBridge;
using Appliance.Drivers.Interop.Netlink;

namespace Appliance.Agent.Commands.FoneBridge;

/// <summary>
/// <c>--verify</c>: a second look at what a session said that it did. The spans are read back. Voice is listened for at the card it was
/// sent to; only where nobody can listen the bridge's own counter is taken for it, which shows that voice leaves, not that it arrives.
/// </summary>
internal static class BridgeProof
{
    /// <summary>A bridge sends a thousand frames a second.</summary>
    private const int FramesWanted = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <param name="session">Has ended.</param>
    /// <param name="outcome">Its end.</param>
    /// <param name="evidence">frames, counter or spans: what was looked at; empty: nothing.</param>
    /// <returns>What is left of the outcome.</returns>
    public static BridgeOutcome Of(
        ParseResult line, BridgeOptions options, ConfigureSession session, IBridgeLink link, BridgeOutcome outcome, out string evidence)
    {
        evidence = "";
        if (!outcome.Ok || session.Info is not { } info) return outcome;
        var config = session.Config;
        if (config.Server is not { } server || info.Flash.IsInline)
        {
            evidence = "spans";
            var spans = Read(line, options, link, new VerifySession(config with { Server = null }));
            return With(outcome, spans.Ok, spans.Ok ? "verified: the spans read back as wanted; this bridge sends no voice" : spans.Words);
        }

        var voice = new VoiceEvidence(config.Port == 1 ? info.Flash.Mac : info.Flash.Mac.Next(), Timeslots(config), FramesWanted);
        var card = Card(server, out var deaf);
        if (card is not null) deaf = new LinuxVoiceEar(card).Hear(voice, Patience);
        if (deaf.Length > 0)
        {
            evidence = "counter";
            var counted = Read(line, options, link, new VerifySession(config));
            return With(outcome, counted.Ok, counted.Ok
                ? $"verified by the bridge's counter only: it sends, but voice cannot be listened for ({deaf})" : counted.Words);
        }

        evidence = "frames";
        var read = Read(line, options, link, new VerifySession(config, counts: false));
        if (!read.Ok) return With(outcome, false, read.Words);
        var arrives = voice.Finding == VoiceFinding.Arrives;
        return With(outcome, arrives, arrives ? $"verified at {card}: {voice.Words}" : $"not verified at {card}: {voice.Words}");
    }

    private static BridgeOutcome Read(ParseResult line, BridgeOptions options, IBridgeLink link, VerifySession session) =>
        FoneBridgeCommand.Hold(line, options, session, link);

    private static BridgeOutcome With(BridgeOutcome outcome, bool ok, string words) =>
        outcome with { Ok = ok, Words = $"{outcome.Words}; {words}" };

    private static ImmutableArray<int> Timeslots(BridgeConfig config)
    {
        var timeslots = ImmutableArray.CreateBuilder<int>(config.Spans.Length);
        foreach (var span in config.Spans) timeslots.Add(span?.Timeslots ?? 0);
        return timeslots.ToImmutable();
    }

    /// <summary>The card of this machine with that address; null and why there is none.</summary>
    private static string? Card(EthernetAddress address, out string problem)
    {
        problem = "";
        try
        {
            foreach (var link in NetworkLink.All())
                if (link.Mac.Length == EthernetAddress.Size && EthernetAddress.Read(link.Mac) == address) return link.Name;
            problem = $"{address} is no card of this machine";
        }
        catch (IOException fault)
        {
            problem = fault.Message;
        }

        return null;
    }
}
