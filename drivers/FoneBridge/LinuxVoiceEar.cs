using Appliance.Core.FoneBridge.Wire;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.FoneBridge;

/// <summary>A raw socket on a network card (packet(7)). It hears the frames also when DAHDI takes them. Needs CAP_NET_RAW.</summary>
/// <param name="card">Name of the network card.</param>
public sealed class LinuxVoiceEar(string card) : IVoiceEar
{
    /// <inheritdoc/>
    public VoiceAnswer Hear(EthernetAddress? bridge, TimeSpan patience)
    {
        var index = Libc.if_nametoindex(card);
        if (index == 0) return new(false, $"there is no interface {card}");
        try
        {
            return new(BridgeDiscovery.Hear((int)index, bridge, patience) is not null, "");
        }
        catch (IOException fault)
        {
            return new(false, $"{card}: {fault.Message}");
        }
    }
}
