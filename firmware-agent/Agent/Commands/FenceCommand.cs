using System.CommandLine;
using Appliance.Agent.Control;
using Appliance.Agent.Fences;
using Appliance.Agent.Status;
using Appliance.Core.Configuration;
using Appliance.Drivers.Fence;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance fence list|test|off|on|confirm</c>: the devices that switch a node off, by hand. Devices are asked by this
/// process, so that they can be tried while no agent runs.</summary>
public static class FenceCommand
{
    private const int Tries = 25;

    /// <summary>Between two tries to tell the agent, which hears the last words of the node for deadtime.</summary>
    private static readonly TimeSpan TryAgain = TimeSpan.FromMilliseconds(200);

    public static Command Create()
    {
        var command = new Command("fence", "Lists, tests and uses the devices that switch a node off.");
        command.Subcommands.Add(List());
        command.Subcommands.Add(OnNode("test", "Asks every device of a node for its status; changes nothing.", needsYes: false, Test));
        command.Subcommands.Add(OnNode("off", "Switches a node off and says so to the agent.", needsYes: true, Off));
        command.Subcommands.Add(OnNode("on", "Switches a node on again.", needsYes: false, On));
        command.Subcommands.Add(Confirm());
        return command;
    }

    private static Command List()
    {
        var file = ConfigFile.Option();
        var command = new Command("list", "Lists the configured devices in the order in which they are tried.") { file };
        command.SetAction(line =>
        {
            if (ConfigFile.Usable(line, line.GetRequiredValue(file)) is not { } config) return (int)ExitCode.Critical;
            foreach (var fence in config.Fences)
                line.InvocationConfiguration.Output.WriteLine(
                    $"{config.Nodes[fence.Node]}  {fence.Order}  {fence.Name}  {fence.Word}  timeout {fence.Timeout.TotalSeconds:0} s, "
                        + $"hold {fence.Hold.TotalSeconds:0} s");
            if (config.Fences.IsEmpty) line.InvocationConfiguration.Output.WriteLine("no fence device is configured");
            return (int)ExitCode.Ok;
        });
        return command;
    }

    private static Command OnNode(
        string name, string description, bool needsYes,
        Func<ParseResult, string, ApplianceConfig, IReadOnlyList<FenceConfig>, ExitCode> act)
    {
        var (node, file, yes) = (NodeArgument(), ConfigFile.Option(), YesOption());
        var command = new Command(name, description) { node, file };
        if (needsYes) command.Options.Add(yes);
        command.SetAction(line =>
        {
            if (ConfigFile.Usable(line, line.GetRequiredValue(file)) is not { } config) return (int)ExitCode.Critical;
            var number = config.Nodes.IndexOf(line.GetRequiredValue(node));
            if (number < 0) return Ask.Fail(line, $"there is no such node; the nodes are {string.Join(" and ", config.Nodes)}");
            var devices = config.FencesOf(number).ToList();
            if (devices.Count == 0) return Ask.Fail(line, $"no fence device is configured for {config.Nodes[number]}");
            if (needsYes && !line.GetValue(yes) && !Agrees(line, $"switches {config.Nodes[number]} off at once", config.Nodes[number]))
                return Ask.Fail(line, "nothing was done");
            return (int)act(line, config.Nodes[number], config, devices);
        });
        return command;
    }

    private static Command Confirm()
    {
        var (node, yes) = (NodeArgument(), YesOption());
        var command = new Command("confirm", "Says to the agent that you have switched the other node off: it takes over at once.")
        {
            node, yes,
        };
        command.SetAction(line =>
        {
            var name = line.GetRequiredValue(node);
            if (!line.GetValue(yes) && !Agrees(line, $"is right only if {name} has no power: else both nodes may serve", name))
                return Ask.Fail(line, "nothing was done");
            return Ask.Order(line, new ControlRequest(ControlCommands.FenceConfirm, new ControlArguments(Node: name)));
        });
        return command;
    }

    private static ExitCode Test(ParseResult line, string node, ApplianceConfig cluster, IReadOnlyList<FenceConfig> devices)
    {
        var worst = ExitCode.Ok;
        foreach (var config in devices)
        {
            var answer = With(cluster, config, (device, bound) => device.Status(bound));
            line.InvocationConfiguration.Output.WriteLine($"{config.Name}: {node} is {Words.Clean(Of(answer))}");
            if (answer.Power == FencePower.Unknown) worst = ExitCode.Critical;
        }

        return worst;
    }

    private static ExitCode Off(ParseResult line, string node, ApplianceConfig cluster, IReadOnlyList<FenceConfig> devices)
    {
        foreach (var config in devices)
        {
            using var device = FenceFactory.Open(cluster, config);
            using var bound = new CancellationTokenSource(config.Timeout);
            var answer = FenceConfirmation.SwitchOff(device, bound.Token);
            line.InvocationConfiguration.Output.WriteLine($"{config.Name}: {node} is {Words.Clean(Of(answer))}");
            if (answer.Power != FencePower.Off) continue;
            var told = Confirm(line, node);
            line.InvocationConfiguration.Output.WriteLine(
                told.Ok ? "the agent knows" : $"the agent was not told ({Words.Clean(told.Error ?? "no reason")}): appliance fence confirm "
                    + $"{node} when {node} is not heard any more");
            if (config is not FenceConfig.Gpio) return ExitCode.Ok;
            line.InvocationConfiguration.Output.Write("The line is driven by this command: the node stays off until you press Enter. ");
            line.InvocationConfiguration.Output.Flush();
            Console.ReadLine();
            return ExitCode.Ok;
        }

        line.InvocationConfiguration.Error.WriteLine($"appliance: {node} is not confirmed off");
        return ExitCode.Critical;
    }

    /// <summary>Tells the agent, as soon as it does not hear the node any more.</summary>
    private static ControlReply Confirm(ParseResult line, string node)
    {
        var request = new ControlRequest(ControlCommands.FenceConfirm, new ControlArguments(Node: node));
        for (var left = Tries; ; left--)
        {
            var reply = ControlClient.Ask(SocketOption.Of(line), request, out var reached);
            if (reply.Ok || !reached || left == 0) return reply;
            Thread.Sleep(TryAgain);
        }
    }

    private static ExitCode On(ParseResult line, string node, ApplianceConfig cluster, IReadOnlyList<FenceConfig> devices)
    {
        foreach (var config in devices)
        {
            var order = With(cluster, config, (device, bound) => device.On(bound));
            var answer = With(cluster, config, (device, bound) => device.Status(bound));
            line.InvocationConfiguration.Output.WriteLine(
                $"{config.Name}: {node} is {Words.Clean(Of(answer))} ({Words.Clean(order.Words)})");
            if (answer.Power == FencePower.On) return ExitCode.Ok;
        }

        return ExitCode.Critical;
    }

    private static string Of(FenceAnswer answer) => answer.Power switch
    {
        FencePower.Off => "off",
        FencePower.On => "on",
        _ => $"unknown: {answer.Words}",
    };

    private static FenceAnswer With(
        ApplianceConfig cluster, FenceConfig config, Func<IFenceDevice, CancellationToken, FenceAnswer> ask)
    {
        using var device = FenceFactory.Open(cluster, config);
        using var bound = new CancellationTokenSource(config.Timeout);
        return ask(device, bound.Token);
    }

    private static bool Agrees(ParseResult line, string what, string node)
    {
        line.InvocationConfiguration.Output.Write($"This {what}. Type the node's name to go on: ");
        line.InvocationConfiguration.Output.Flush();
        return Console.IsInputRedirected ? Console.In.ReadLine()?.Trim() == node : Console.ReadLine()?.Trim() == node;
    }

    private static Argument<string> NodeArgument()
    {
        var node = new Argument<string>("NODE") { Description = "Name of the node." };
        node.CompletionSources.Add(Completions.Nodes);
        return node;
    }

    private static Option<bool> YesOption() => new("--yes") { Description = "Do not ask." };
}
