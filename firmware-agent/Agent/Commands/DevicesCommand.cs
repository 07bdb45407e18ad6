using System.CommandLine;
using System.Text.Json;
using Appliance.Agent.Devices;
using Appliance.Agent.Status;
using Appliance.Core.Configuration;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance devices</c>: what was found, what is configured, what is missing. Needs no agent.</summary>
public static class DevicesCommand
{
    private const int FoundMax = 44;

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "One JSON object." };
        var file = new Option<string>("--config")
        {
            Description = $"Configuration file. Default: {ConfigCommand.FileDefault}",
            HelpName = "FILE",
            DefaultValueFactory = _ => ConfigCommand.FileDefault,
        };
        var root = new Option<string>("--root")
        {
            Description = "Look into a copy of /sys, /proc and /dev below this directory instead of this machine.",
            HelpName = "DIRECTORY",
            DefaultValueFactory = _ => "",
        };
        var command = new Command(
            "devices", "Lists the devices found, configured and missing; exit code 1: a configured one is missing.") { json, file, root };
        command.SetAction(line => Run(line, line.GetRequiredValue(file), line.GetRequiredValue(root), line.GetValue(json)));
        return command;
    }

    private static int Run(ParseResult line, string path, string root, bool json)
    {
        var config = Config(line, path);
        var node = config is null ? -1 : AgentFiles.OwnNumber(new AgentOptions(path, null, "", ""), config, []);
        var devices = DeviceList.Of(new DeviceScene(config, node, root.TrimEnd('/')));
        var output = line.InvocationConfiguration.Output;
        if (json)
            output.WriteLine(JsonSerializer.Serialize(
                new DevicesView(config is null ? null : path, devices), DevicesJson.Readable.DevicesView));
        else Print(output, devices);
        return (int)(devices.Any(device => device.State == DeviceState.Missing) ? ExitCode.Warning : ExitCode.Ok);
    }

    /// <summary>Without a usable file everything is merely found; that is said, because then nothing can be missing.</summary>
    private static ApplianceConfig? Config(ParseResult line, string path)
    {
        var config = ConfigFile.Usable(path, out var problem);
        if (config is null)
            line.InvocationConfiguration.Error.WriteLine($"note: {Words.Clean(problem)}; nothing counts as configured");
        return config;
    }

    private static void Print(TextWriter output, IReadOnlyList<DeviceReport> devices)
    {
        var kinds = Width(devices.Select(device => device.Kind), "KIND");
        var names = Width(devices.Select(device => device.Name), "DEVICE");
        var found = Math.Min(FoundMax, Width(devices.Select(device => device.Found), "FOUND"));
        var configured = Width(devices.Select(device => device.Configured), "CONFIGURED");
        Row("KIND", "DEVICE", "FOUND", "CONFIGURED", "MISSING");
        foreach (var device in devices)
            Row(device.Kind, device.Name, device.Found.Length > 0 ? device.Found : "-",
                device.Configured.Length > 0 ? device.Configured : "-",
                device.State == DeviceState.Missing ? $"missing: {device.WhatToDo}" : device.WhatToDo);
        if (devices.Count == 0) output.WriteLine("no device that the appliance could use");

        void Row(string kind, string name, string what, string asked, string missing) => output.WriteLine(Words.Clean(
            $"{kind.PadRight(kinds)}  {name.PadRight(names)}  {what.PadRight(found)}  {asked.PadRight(configured)}  {missing}").TrimEnd());
    }

    private static int Width(IEnumerable<string> texts, string title) => texts.Select(text => text.Length).Append(title.Length).Max();
}
