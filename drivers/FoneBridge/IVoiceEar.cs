using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Drivers.FoneBridge;

/// <summary>Listens whether voice from a bridge arrives at this node.</summary>
public interface IVoiceEar
{
    /// <summary>Waits for one frame of voice; returns as soon as one is there.</summary>
    /// <param name="bridge">Whose; null: anybody's.</param>
    VoiceAnswer Hear(EthernetAddress? bridge, TimeSpan patience);
}

/// <summary>What came of listening.</summary>
/// <param name="Heard">A frame arrived.</param>
/// <param name="Problem">Why nobody could listen, in words; else empty.</param>
public readonly record struct VoiceAnswer(bool Heard, string Problem);
