using Appliance.Core;
using Appliance.Core.Configuration;
using Appliance.Drivers.Fence;
using Appliance.Drivers.Gpio;
using Appliance.Drivers.Relay;

namespace Appliance.Agent.Fences;

/// <summary>Makes the driver of a configured fence device.</summary>
internal static class FenceFactory
{
    private const string AgentFolder = "/usr/sbin/";

    /// <param name="cluster">Has the relays.</param>
    /// <param name="config">The device.</param>
    public static IFenceDevice Open(ApplianceConfig cluster, FenceConfig config) => config switch
    {
        FenceConfig.Relay relay => new RelayFence(
            RelayFactory.Open(cluster.Devices.OfType<RelayDeviceConfig>().First(device => device.Name == relay.Device)), relay.OffPosition),
        FenceConfig.Gpio gpio => new GpioFence(
            Line(gpio.Line), gpio.ActiveLow, gpio.Sense is { } sense ? Line(sense) : null),
        FenceConfig.Exec exec => new ExecFence(exec.OffCommand, exec.StatusCommand, exec.OnCommand),
        FenceConfig.Ipmi ipmi => new IpmiFence(
            new IpmiAddress(ipmi.Address, ipmi.Port, ipmi.User, ipmi.PasswordFile, ipmi.Interface, ipmi.Tool)),
        FenceConfig.Agent agent => new AgentFence(
            agent.Script.StartsWith('/') ? agent.Script : AgentFolder + agent.Script, agent.Parameters, agent.PasswordFile),
        _ => throw new InvariantException($"nobody drives {config}"),
    };

    private static (Func<IGpioChip> Chip, int Offset) Line(GpioLineName line) => (() => GpioChip.Open(line.Chip), line.Offset);
}
