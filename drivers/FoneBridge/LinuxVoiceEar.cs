using Appliance.Core.FoneBridge.Wire;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.FoneBridge;

/// <summary>A raw socket on a network card (packet(7)). It hears the frames also when DAHDI takes them. Needs CAP_NET_RAW.</summary>
/// <param name="card">Name of the network card.</param>
public sealed class LinuxVoiceEar(string card) : IVoiceEar
{
    /// <inheritdoc/>
    public string Hear(VoiceEvidence evidence, TimeSpan patience)
    {
        var index = Libc.if_nametoindex(card);
        if (index == 0) return $"there is no interface {card}";
        try
        {
            BridgeDiscovery.Hear((int)index, evidence, patience);
            return "";
        }
        catch (IOException fault)
        {
            return $"{card}: {fault.Message}";
        }
    }
}
