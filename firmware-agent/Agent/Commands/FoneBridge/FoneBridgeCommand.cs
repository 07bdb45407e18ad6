using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Appliance.Agent.FoneBridge;
using Appliance.Core.FoneBridge;
using Appliance.Drivers.FoneBridge;

namespace Appliance.Agent.Commands.FoneBridge;

/// <summary><c>appliance fonebridge</c>: what fonulator does, and steering. No agent is needed.</summary>
public static class FoneBridgeCommand
{
    public static Command Create()
    {
        var command = new Command("fonebridge", "Speaks with a foneBRIDGE2, which brings telephone lines over Ethernet.");
        command.Subcommands.Add(Query());
        command.Subcommands.Add(ConfigureCommand.Create());
        command.Subcommands.Add(SteerCommand.Create());
        command.Subcommands.Add(Stats());
        command.Subcommands.Add(SetIp());
        command.Subcommands.Add(ConvertCommand.Create());
        command.Subcommands.Add(DiscoverCommand.Create());
        return command;
    }

    /// <summary>Runs until it ends or SIGINT or SIGTERM asks for its end; voice is never left stopped by that.</summary>
    internal static BridgeOutcome Hold(ParseResult line, BridgeOptions options, BridgeSession session, IBridgeLink link)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = OnSignal(PosixSignal.SIGINT);
        using var terminate = OnSignal(PosixSignal.SIGTERM);
        return BridgeConversation.Hold(session, link, options.Printer(line), null, stop.Token);

        PosixSignalRegistration OnSignal(PosixSignal signal) =>
            PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                stop.Cancel();
            });
    }

    private static Command Query()
    {
        var options = new BridgeOptions();
        var command = options.AddTo(new Command("query", "Shows who the bridge is and how its spans are configured. Changes nothing."));
        command.SetAction(line =>
        {
            using var link = options.Open(line, null);
            if (link is null) return (int)ExitCode.Critical;
            var session = new QuerySession();
            var outcome = Hold(line, options, session, link);
            var info = session.Info is { } found ? BridgeInfoView.Of(found) : null;
            string[] spans = [.. session.Links.Chunk(LinkConfig.Size).Select(link => LinkConfig.Words(link))];
            var page = (info?.Page() ?? []).Concat(spans.Select((words, index) => $"span {index + 1}     {words}"));
            var view = BridgeView.Of(outcome) with { Bridge = info, Spans = spans };
            return BridgeReport.Of(line, line.GetValue(options.Json), outcome, view, page);
        });
        return command;
    }

    private static Command Stats()
    {
        var options = new BridgeOptions();
        var command = options.AddTo(new Command("stats", "Shows the bridge's counters; those of the lines are since they were last read."));
        command.SetAction(line =>
        {
            using var link = options.Open(line, null);
            if (link is null) return (int)ExitCode.Critical;
            var session = new StatisticsSession();
            var outcome = Hold(line, options, session, link);
            var ports = session.Ethernet is { } counters ? BridgePortView.Of(counters) : [];
            var view = BridgeView.Of(outcome) with { Ports = ports, Lines = session.Lines };
            return BridgeReport.Of(line, line.GetValue(options.Json), outcome, view, Page(session, ports));
        });
        return command;
    }

    private static IEnumerable<string> Page(StatisticsSession session, BridgePortView[] ports)
    {
        if (session.Ethernet is { } counters) yield return $"up         {counters.Uptime:d\\.hh\\:mm\\:ss}";
        foreach (var port in ports) yield return $"port {port.Port}     received {port.Received}, sent {port.Sent}, dropped {port.Dropped}";
        foreach (var span in session.Lines)
        {
            yield return $"span {span.Span}     code violations {span.CodeViolations}, framing {span.FramingErrors}, "
                + $"CRC {span.CrcErrors?.ToString(CultureInfo.InvariantCulture) ?? "-"}, "
                + $"far end {span.FarEndBlockErrors?.ToString(CultureInfo.InvariantCulture) ?? "-"}, out of frame {span.OutOfFrame}";
        }
    }

    private static Command SetIp()
    {
        var options = new BridgeOptions();
        var address = new Argument<string>("ADDRESS") { Description = "IPv4 address that the port shall have." };
        var port = new Option<int>("--port")
        {
            Description = "Ethernet port of the bridge: 1 or 2. Default: 1.",
            HelpName = "PORT",
            DefaultValueFactory = _ => 1,
        };
        var reset = new Option<bool>("--reset") { Description = "Reset the bridge afterwards, so that the address counts. Calls are cut." };
        var command = options.AddTo(new Command("set-ip", "Writes another IP address into the bridge's flash.") { address, port, reset });
        command.SetAction(line =>
        {
            if (!IPAddress.TryParse(line.GetRequiredValue(address), out var wanted) || wanted.AddressFamily != AddressFamily.InterNetwork
                || wanted.GetAddressBytes()[0] is 0 or 127 or >= 224)
                return Ask.Fail(line, $"{line.GetRequiredValue(address)}: expected an IPv4 address of a host");
            if (line.GetValue(port) is not (1 or 2)) return Ask.Fail(line, $"--port {line.GetValue(port)}: expected 1 or 2");
            using var link = options.Open(line, null);
            if (link is null) return (int)ExitCode.Critical;
            var outcome = Hold(line, options, new SetAddressSession(line.GetValue(port), wanted, line.GetValue(reset)), link);
            return BridgeReport.Of(line, line.GetValue(options.Json), outcome, BridgeView.Of(outcome), []);
        });
        return command;
    }
}
