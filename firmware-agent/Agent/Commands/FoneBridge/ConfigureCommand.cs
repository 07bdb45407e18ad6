using System.CommandLine;
using Appliance.Agent.FoneBridge;
using Appliance.Core.FoneBridge;
using Appliance.Drivers.FoneBridge;

namespace Appliance.Agent.Commands.FoneBridge;

/// <summary><c>appliance fonebridge configure</c>: all of a redfone.conf, or of the same in appliance.toml.</summary>
internal static class ConfigureCommand
{
    public static Command Create()
    {
        var options = new BridgeOptions();
        var dryRun = new Option<bool>("--dry-run")
        {
            Description = "Only show the packets, as a bridge that was never configured would get them.",
        };
        var hasDsp = new Option<bool>("--dsp") { Description = "With --dry-run: a bridge with an echo canceller." };
        var store = new Option<bool>("--store") { Description = "The bridge keeps the configuration across a loss of power." };
        var clear = new Option<bool>("--clear") { Description = "The bridge forgets the configuration it kept." };
        var verify = BridgeOptions.Verify();
        var command = options.AddTo(
            new Command("configure", "Configures the bridge's spans and sends voice to server= of the file; with --device to this node.")
            {
                dryRun, hasDsp, store, clear, verify,
            });
        command.SetAction(line =>
        {
            if (line.GetValue(hasDsp) && !line.GetValue(dryRun))
                return Ask.Fail(line, "--dsp needs --dry-run: a real bridge says what it has");
            if (options.ReadConfig(line) is not { } config) return (int)ExitCode.Critical;
            var kept = (line.GetValue(store) ? KeptConfig.Store : 0) | (line.GetValue(clear) ? KeptConfig.Clear : 0);
            var session = new ConfigureSession(config, kept);
            if (line.GetValue(dryRun)) return Rehearse(line, session, line.GetValue(hasDsp));
            using var link = options.Open(line, config);
            if (link is null) return (int)ExitCode.Critical;
            var outcome = FoneBridgeCommand.Hold(line, options, session, link);
            var evidence = "";
            if (line.GetValue(verify)) outcome = BridgeProof.Of(line, options, session, link, outcome, out evidence);
            var view = BridgeView.Of(outcome) with { Evidence = evidence.Length > 0 ? evidence : null };
            return BridgeReport.Of(line, line.GetValue(options.Json), outcome, view, []);
        });
        return command;
    }

    private static int Rehearse(ParseResult line, ConfigureSession session, bool hasDsp)
    {
        using var link = new SimulatedBridgeLink(new SimulatedFoneBridge(new BridgeIdentity { HasDsp = hasDsp }));
        var outcome = BridgeConversation.Hold(session, link, new PacketPrinter(line.InvocationConfiguration.Output, replies: false));
        if (outcome.Ok) return (int)ExitCode.Ok;
        line.InvocationConfiguration.Error.WriteLine($"appliance: {outcome.Words}");
        return (int)(outcome.NeedsReset ? ExitCode.NeedsReset : ExitCode.Warning);
    }
}
