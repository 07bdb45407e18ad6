using System.Globalization;
using System.Net;
using Appliance.Agent.Commands;
using Appliance.Core.Configuration;
using Appliance.Core.FoneBridge;
using Appliance.Core.FoneBridge.Wire;
using Appliance.Drivers.FoneBridge;

namespace Appliance.Agent.FoneBridge;

/// <summary>What a bridge of the configuration is to be told, how it is reached, and how its voice is heard, on this node.</summary>
public interface IBridgeSource
{
    IVoiceEar Ear { get; }

    /// <summary>What it shall do, with this node as the destination of voice; null and a sentence when that is not known.</summary>
    BridgeConfig? Read(out string problem);

    /// <summary>Null and a sentence when there is no way to it.</summary>
    IBridgeLink? Open(out string problem);
}

/// <summary>For the real machine: files, the kernel's network.</summary>
public sealed class LinuxBridgeSource(LineDeviceConfig.FoneBridge device) : IBridgeSource
{
    public IVoiceEar Ear { get; } = new LinuxVoiceEar(device.Interface);

    /// <summary>The file is read each time: an operator may have mended it.</summary>
    public BridgeConfig? Read(out string problem)
    {
        if (OwnAddress(out problem) is not { } own) return null;
        if (ConfigFile.Read(device.Config, out problem) is not { } bytes) return null;
        var result = RedfoneConf.Read(bytes);
        if (result.Config is { } config) return config with { Server = own };
        problem = $"{device.Config}:{result.Problems.First(found => !found.IsWarning)}";
        return null;
    }

    public IBridgeLink? Open(out string problem) =>
        LinuxBridgeLink.TryOpen(new IPEndPoint(IPAddress.Parse(device.Address), LinuxBridgeLink.UdpPort), device.Interface, out problem);

    private EthernetAddress? OwnAddress(out string problem)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/sys/class/net/{device.Interface}/address");
        try
        {
            problem = $"{device.Interface} has no Ethernet address";
            return EthernetAddress.TryParse(File.ReadAllText(path).Trim(), out var own) && own.Value != 0 ? own : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            problem = $"there is no interface {device.Interface}: {fault.Message}";
            return null;
        }
    }
}
