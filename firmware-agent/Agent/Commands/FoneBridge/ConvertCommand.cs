using System.CommandLine;
using Appliance.Core.Configuration;
using Appliance.Core.Configuration.Schema;
using Appliance.Core.FoneBridge;
using Words = Appliance.Agent.Status.Words;

namespace Appliance.Agent.Commands.FoneBridge;

/// <summary><c>appliance fonebridge convert</c>: a redfone.conf as a section of appliance.toml.</summary>
internal static class ConvertCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "redfone.conf to read." };
        var name = new Option<string>("--name")
        {
            Description = "Name of the device. Default: bridge.", HelpName = "NAME", DefaultValueFactory = _ => "bridge",
        };
        var address = new Option<string?>("--address")
        {
            Description = "Numeric IPv4 address of the bridge. Default: fb= of the file.", HelpName = "ADDRESS",
        };
        var card = new Option<string?>("--interface")
        {
            Description = "Interface of the nodes that it is reached by; the file does not say it.", HelpName = "NAME",
        };
        var command = new Command("convert", "Prints a redfone.conf as a section [device.NAME] for appliance.toml. Sends nothing.")
        {
            file, name, address, card,
        };
        command.SetAction(line => Run(
            line, line.GetRequiredValue(file), line.GetRequiredValue(name), line.GetValue(address), line.GetValue(card)));
        return command;
    }

    private static int Run(ParseResult line, string path, string name, string? address, string? card)
    {
        if (!Types.IsName(name)) return Ask.Fail(line, $"--name {name}: expected letters, digits, \"-\", \"_\" and \".\"");
        if (ConfigFile.Read(path, out var problem) is not { } bytes) return Ask.Fail(line, problem);
        var result = RedfoneConf.Read(bytes);
        var error = line.InvocationConfiguration.Error;
        foreach (var found in result.Problems) error.WriteLine($"{Words.Clean(path)}:{Words.Clean(found.ToString())}");
        if (result.Config is not { } config) return (int)ExitCode.Critical;
        if (BridgeText.Obstacle(config) is { Length: > 0 } obstacle) return Ask.Fail(line, $"{path}: {obstacle}");
        var host = address ?? config.Host;
        if (NumericAddress.Canonical(host) is not { } numeric || NumericAddress.IsIPv6(numeric))
            return Ask.Fail(line,
                $"{host} is no numeric IPv4 address; expected one (--address), because a cluster must not depend on a name server");
        var output = line.InvocationConfiguration.Output;
        output.WriteLine($"# From {Words.Clean(path)}.");
        if (config.Server is { } server)
            output.WriteLine($"# Its server={server} is not needed: each node gives the bridge the address of its own card.");
        output.Write(BridgeText.Device(name, card, config with { Host = numeric }));
        return (int)ExitCode.Ok;
    }
}
