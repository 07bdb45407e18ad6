using System.CommandLine;
using Appliance.Core.FoneBridge;
using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Agent.Commands.FoneBridge;

/// <summary><c>appliance fonebridge steer</c>: voice comes here.</summary>
internal static class SteerCommand
{
    public static Command Create()
    {
        var options = new BridgeOptions();
        var server = new Option<string?>("--server")
        {
            Description = "MAC address that voice goes to. Default: server= of the file; with --device the card of this node.",
            HelpName = "MAC",
        };
        var verify = BridgeOptions.Verify();
        var command = options.AddTo(new Command(
            "steer", "Sends voice to this node, the short way; a bridge that lost its configuration is configured.") { server, verify });
        command.SetAction(line =>
        {
            if (options.ReadConfig(line) is not { } config) return (int)ExitCode.Critical;
            if (line.GetValue(server) is { } text)
            {
                if (!EthernetAddress.TryParse(text, out var mac) || mac.Value == 0)
                    return Ask.Fail(line, $"--server {text}: expected a MAC address like 02:aa:bb:cc:dd:01");
                config = config with { Server = mac };
            }

            using var link = options.Open(line, config);
            if (link is null) return (int)ExitCode.Critical;
            var session = new SteerSession(config);
            var outcome = FoneBridgeCommand.Hold(line, options, session, link);
            var evidence = "";
            if (line.GetValue(verify)) outcome = BridgeProof.Of(line, options, session, link, outcome, out evidence);
            var view = BridgeView.Of(outcome) with { Evidence = evidence.Length > 0 ? evidence : null };
            return BridgeReport.Of(line, line.GetValue(options.Json), outcome, view, []);
        });
        return command;
    }
}
