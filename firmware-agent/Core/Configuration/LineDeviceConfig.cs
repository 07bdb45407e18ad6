using Appliance.Core.FoneBridge;

namespace Appliance.Core.Configuration;

/// <summary>A section <c>[device.NAME]</c>: hardware that brings a telephone line to one of the nodes.</summary>
/// <param name="Name">Of the section.</param>
public abstract record LineDeviceConfig(string Name)
{
    /// <summary>The word in the file's <c>driver</c> key.</summary>
    public abstract string Driver { get; }

    /// <summary>A foneBRIDGE2, steered by its destination MAC address.</summary>
    /// <param name="Address">Numeric.</param>
    /// <param name="Interface">By which it is reached, on both nodes.</param>
    /// <param name="Config">Path of its redfone.conf; empty: <see cref="Settings"/> are there.</param>
    public sealed record FoneBridge(string Name, string Address, string Interface, string Config) : LineDeviceConfig(Name)
    {
        public override string Driver => "fonebridge";

        /// <summary>What it is to be told, without a destination; null: <see cref="Config"/> says it.</summary>
        public BridgeConfig? Settings { get; init; }

        /// <summary>Voice is sent to this card of the node.</summary>
        public string VoiceInterface { get; init; } = Interface;
    }
}
