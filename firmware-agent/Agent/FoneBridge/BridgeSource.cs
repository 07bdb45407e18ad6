using System.Net;
using Appliance.Agent.Commands;
using Appliance.Core.Configuration;
using Appliance.Core.FoneBridge;
using Appliance.Core.FoneBridge.Wire;
using Appliance.Drivers.FoneBridge;
using Appliance.Drivers.Interop.Netlink;

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
    public IVoiceEar Ear { get; } = new LinuxVoiceEar(device.VoiceInterface);

    /// <summary>A redfone.conf is read each time: an operator may have mended it.</summary>
    public BridgeConfig? Read(out string problem)
    {
        if (OwnAddress(out problem) is not { } own) return null;
        if (device.Settings is { } settings) return settings with { Server = own };
        if (ConfigFile.Read(device.Config, out problem) is not { } bytes) return null;
        var result = RedfoneConf.Read(bytes);
        if (result.Config is { } config) return config with { Server = own };
        problem = $"{device.Config}:{result.Problems.First(found => !found.IsWarning)}";
        return null;
    }

    public IBridgeLink? Open(out string problem) =>
        LinuxBridgeLink.TryOpen(new IPEndPoint(IPAddress.Parse(device.Address), LinuxBridgeLink.UdpPort), device.Interface, out problem);

    /// <summary>Asked of the kernel's network, not of /sys: in a container that may be another machine's.</summary>
    private EthernetAddress? OwnAddress(out string problem)
    {
        try
        {
            var link = NetworkLink.Find(device.VoiceInterface);
            problem = link is null ? $"there is no interface {device.VoiceInterface}" : $"{device.VoiceInterface} has no Ethernet address";
            return link is { Mac.Length: EthernetAddress.Size } && EthernetAddress.Read(link.Mac) is { Value: not 0 } own ? own : null;
        }
        catch (IOException fault)
        {
            problem = $"{device.VoiceInterface}: {fault.Message}";
            return null;
        }
    }
}
