using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Appliance.Agent.FoneBridge;
using Appliance.Agent.Status;
using Appliance.Core.Configuration;
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
        Description = $"redfone.conf of the bridge. Default: {DefaultFile}; with --device: appliance.toml, {ConfigCommand.FileDefault}.",
        HelpName = "FILE",
    };

    public Option<string?> Device { get; } = new("--device")
    {
        Description = "Take the bridge of [device.NAME] in appliance.toml: its settings, address and interface.",
        HelpName = "NAME",
    };

    public Option<string?> Address { get; } = new("--address")
    {
        Description = "IPv4 address or name of the bridge, with :PORT for another than 1024. Default: fb= of the file, address of "
            + "the device.",
        HelpName = "ADDRESS",
    };

    public Option<string?> Interface { get; } = new("--interface")
    {
        Description = "Network card to speak through. Default: that of the device, else as the kernel routes.",
        HelpName = "NAME",
    };

    public Option<bool> Json { get; } = new("--json") { Description = "One JSON object." };

    public Option<bool> Print { get; } = new("--print") { Description = "Show every packet as it is sent and received." };

    /// <summary>For commands that change what the bridge does.</summary>
    public static Option<bool> Verify() => new("--verify")
    {
        Description = "Afterwards read the spans back and listen for voice; by the bridge's counter where that is not possible.",
    };

    /// <summary>Adds the options to a command.</summary>
    public Command AddTo(Command command)
    {
        foreach (var option in new Option[] { Config, Device, Address, Interface, Json, Print }) command.Options.Add(option);
        return command;
    }

    /// <summary>The file's meaning; null after saying what is wrong with it.</summary>
    public BridgeConfig? ReadConfig(ParseResult line)
    {
        if (line.GetValue(Device) is not null) return ReadDevice(line);
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

    /// <summary>What an agent would tell the bridge from here.</summary>
    private BridgeConfig? ReadDevice(ParseResult line)
    {
        if (FindDevice(line) is not { } device) return null;
        if (new LinuxBridgeSource(device).Read(out var problem) is { } config) return config with { Host = device.Address };
        _ = Ask.Fail(line, problem);
        return null;
    }

    private LineDeviceConfig.FoneBridge? FindDevice(ParseResult line)
    {
        var path = line.GetValue(Config) ?? ConfigCommand.FileDefault;
        var name = line.GetValue(Device);
        if (ConfigFile.Usable(line, path) is not { } config) return null;
        if (config.Devices.FirstOrDefault(device => device.Name == name) is not { } found)
            _ = Ask.Fail(line, $"there is no [device.{name}] in {path}");
        else if (found is not LineDeviceConfig.FoneBridge bridge) _ = Ask.Fail(line, $"[device.{name}] is a relay, not a bridge");
        else return bridge;
        return null;
    }

    /// <summary>A link to --address, else to the file's bridge; null after saying why there is none.</summary>
    public IBridgeLink? Open(ParseResult line, BridgeConfig? config)
    {
        var device = line.GetValue(Device) is null ? null : FindDevice(line);
        if (device is null && line.GetValue(Device) is not null) return null;
        var host = line.GetValue(Address) ?? device?.Address ?? config?.Host ?? ReadConfig(line)?.Host;
        if (host is null) return null;
        var problem = "";
        if (EndPointOf(host, out problem) is { } bridge
            && LinuxBridgeLink.TryOpen(bridge, line.GetValue(Interface) ?? device?.Interface, out problem) is { } link) return link;
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
