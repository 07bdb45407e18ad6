using System.CommandLine;
using System.Text.Json;
using Appliance.Agent.Status;
using Appliance.Core.FoneBridge;

namespace Appliance.Agent.Commands.FoneBridge;

/// <summary>Prints how a session with a bridge ended and chooses the exit code.</summary>
internal static class BridgeReport
{
    public static int Of(ParseResult line, bool json, BridgeOutcome outcome, BridgeView view, IEnumerable<string> page)
    {
        var (output, error) = (line.InvocationConfiguration.Output, line.InvocationConfiguration.Error);
        if (json) output.WriteLine(JsonSerializer.Serialize(view, BridgeJson.Readable.BridgeView));
        else
        {
            foreach (var text in page) output.WriteLine(Words.Clean(text));
            foreach (var note in outcome.Notes) error.WriteLine($"note: {Words.Clean(note)}");
            if (outcome.Ok) output.WriteLine(Words.Clean(outcome.Words));
            else error.WriteLine($"appliance: {Words.Clean(outcome.Words)}");
        }

        return (int)Code(outcome);
    }

    /// <summary>Silent lines are worse than anything else that can be said.</summary>
    private static ExitCode Code(BridgeOutcome outcome) => outcome switch
    {
        { Transmit: TransmitState.Off } => ExitCode.LinesSilent,
        { Ok: true } => ExitCode.Ok,
        { NeedsReset: true } => ExitCode.NeedsReset,
        _ => ExitCode.Warning,
    };
}
