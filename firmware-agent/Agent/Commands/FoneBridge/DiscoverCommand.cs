using System.CommandLine;
using System.Text.Json;
using Appliance.Agent.Status;
using Appliance.Drivers.FoneBridge;
using Appliance.Drivers.Interop;

namespace Appliance.Agent.Commands.FoneBridge;

/// <summary><c>appliance fonebridge discover</c>: bridges on a segment, whatever addresses they have.</summary>
internal static class DiscoverCommand
{
    private static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(2);

    public static Command Create()
    {
        var card = new Argument<string>("INTERFACE") { Description = "Network card of the bridge's segment." };
        var patience = new Option<TimeSpan>("--for")
        {
            Description = "How long to listen. Default: 2s.",
            HelpName = "DURATION",
            CustomParser = DurationArgument.Parse,
            DefaultValueFactory = _ => UsualPatience,
        };
        var json = new Option<bool>("--json") { Description = "One JSON array." };
        var command = new Command("discover", "Asks by raw Ethernet frames which bridges are there. Needs root.") { card, patience, json };
        command.SetAction(line => Run(line, line.GetRequiredValue(card), line.GetValue(patience), line.GetValue(json)));
        return command;
    }

    private static int Run(ParseResult line, string card, TimeSpan patience, bool json)
    {
        var index = Libc.if_nametoindex(card);
        if (index == 0) return Ask.Fail(line, $"there is no interface {card}");
        IReadOnlyList<FoundBridge> found;
        try
        {
            found = BridgeDiscovery.Find((int)index, patience);
        }
        catch (IOException fault)
        {
            return Ask.Fail(line, $"{card}: {fault.Message}");
        }

        var output = line.InvocationConfiguration.Output;
        BridgeInfoView[] views = [.. found.Select(bridge => BridgeInfoView.Of(bridge.Info))];
        if (json) output.WriteLine(JsonSerializer.Serialize(views, BridgeJson.Readable.BridgeInfoViewArray));
        else
        {
            foreach (var (bridge, view) in found.Zip(views))
            {
                output.WriteLine($"bridge {bridge.From}");
                foreach (var text in view.Page()) output.WriteLine($"  {Words.Clean(text)}");
            }

            if (views.Length == 0) line.InvocationConfiguration.Error.WriteLine($"appliance: no bridge answered on {card}");
        }

        return (int)(views.Length > 0 ? ExitCode.Ok : ExitCode.Warning);
    }
}
