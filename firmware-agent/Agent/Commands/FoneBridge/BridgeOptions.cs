using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Appliance.Agent.FoneBridge;
using Appliance.Agent.Status;
using Appliance.Core.FoneBridge;
using Appliance.Drivers.FoneBridge;

namespace Appliance.Agent.Commands.FoneBridge;

/// <summary>Options that the commands about a bridge have in common, and what they mean.</summary>
internal sealed class BridgeOptions
{
    /// <summary>Where the vendor's client looks.</summary>
    public const string DefaultFile = "/etc/redfone.conf";

    public Option<string?> Config { get; } = new("--config")
    {
        Description = $"redfone.conf of the bridge. Default: {DefaultFile}.",
        HelpName = "FILE",
    };

    public Option<string?> Address { get; } = new("--address")
    {
        Description = "IPv4 address or name of the bridge, with :PORT for another than 1024. Default: fb= of the file.",
        HelpName = "ADDRESS",
    };

    public Option<string?> Interface { get; } = new("--interface")
    {
        Description = "Network card to speak through. Default: as the kernel routes.",
        HelpName = "NAME",
    };

    public Option<bool> Json { get; } = new("--json") { Description = "One JSON object." };

    public Option<bool> Print { get; } = new("--print") { Description = "Show every packet as it is sent and received." };

    /// <summary>For commands that change what the bridge does.</summary>
    public static Option<bool> Verify() => new("--verify")
    {
        Description = "Afterwards read the spans back and watch the bridge's counter until it shows that voice leaves.",
    };

    /// <summary>Adds the options to a command.</summary>
    public Command AddTo(Command command)
    {
        foreach (var option in new Option[] { Config, Address, Interface, Json, Print }) command.Options.Add(option);
        return command;
    }

    /// <summary>The file's meaning; null after saying what is wrong with it.</summary>
    public BridgeConfig? ReadConfig(ParseResult line)
    {
        var path = line.GetValue(Config) ?? DefaultFile;
        var error = line.InvocationConfiguration.Error;
        if (ConfigFile.Read(path, out var problem) is not { } bytes)
        {
            error.WriteLine($"appliance: {Words.Clean(problem)}");
            return null;
        }

        var result = RedfoneConf.Read(bytes);
        foreach (var found in result.Problems) error.WriteLine($"{Words.Clean(path)}:{Words.Clean(found.ToString())}");
        return result.Config;
    }

    /// <summary>A link to --address, else to the file's bridge; null after saying why there is none.</summary>
    public IBridgeLink? Open(ParseResult line, BridgeConfig? config)
    {
        var host = line.GetValue(Address) ?? config?.Host ?? ReadConfig(line)?.Host;
        if (host is null) return null;
        var problem = "";
        if (EndPointOf(host, out problem) is { } bridge
            && LinuxBridgeLink.TryOpen(bridge, line.GetValue(Interface), out problem) is { } link) return link;
        line.InvocationConfiguration.Error.WriteLine($"appliance: {Words.Clean(problem)}");
        return null;
    }

    public PacketPrinter? Printer(ParseResult line) =>
        line.GetValue(Print) ? new PacketPrinter(line.InvocationConfiguration.Error, replies: true) : null;

    private static IPEndPoint? EndPointOf(string host, out string problem)
    {
        problem = $"{host}: expected ADDRESS or ADDRESS:PORT";
        var colon = host.IndexOf(':', StringComparison.Ordinal);
        var port = LinuxBridgeLink.UdpPort;
        if (colon >= 0 && (!ushort.TryParse(host.AsSpan(colon + 1), out var given) || (port = given) == 0)) return null;
        var name = colon < 0 ? host : host[..colon];
        try
        {
            var address = IPAddress.TryParse(name, out var numeric) ? numeric
                : Dns.GetHostAddresses(name, AddressFamily.InterNetwork).FirstOrDefault();
            if (address is { AddressFamily: AddressFamily.InterNetwork }) return new IPEndPoint(address, port);
            problem = $"{name} has no IPv4 address";
        }
        catch (Exception fault) when (fault is SocketException or ArgumentException)
        {
            problem = $"{name}: {fault.Message}";
        }

        return null;
    }
}
