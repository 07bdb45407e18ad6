using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Drivers.FoneBridge;

/// <summary>Listens whether voice from a bridge arrives at this node.</summary>
public interface IVoiceEar
{
    /// <summary>Gives what is heard to the judge until it has its proof or <paramref name="patience"/> is over.</summary>
    /// <returns>Why nobody could listen, in words; else empty.</returns>
    string Hear(VoiceEvidence evidence, TimeSpan patience);
}
