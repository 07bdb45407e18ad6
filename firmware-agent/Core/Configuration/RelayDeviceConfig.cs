using System.Collections.Immutable;

namespace Appliance.Core.Configuration;

/// <summary>Relay boards that are spoken to over a serial line.</summary>
public enum SerialRelayFamily
{
    Lcus,
    Numato,
    Tosr,
    Devantech,
    Kmtronic,
}

/// <summary>Relay boards that are USB human interface devices.</summary>
public enum HidRelayFamily
{
    LcusHid,
    UsbRelay,
    HidRelay,
}

/// <summary>A line of a GPIO chip: <c>"gpiochip0:5"</c>.</summary>
/// <param name="Chip">Name of the device in /dev, its absolute path, or the chip's label.</param>
/// <param name="Offset">Number of the line within its chip, from 0.</param>
public sealed record GpioLineName(string Chip, int Offset)
{
    public override string ToString() => $"{Chip}:{Offset}";
}

/// <summary>A <c>[device.NAME]</c> that switches a line between position A and position B.</summary>
public abstract record RelayDeviceConfig(string Name) : LineDeviceConfig(Name)
{
    /// <summary>Index of the node at position A.</summary>
    public required int Node { get; init; }

    /// <summary>Least time between a release and the next hold, so that contacts do not chatter.</summary>
    public required TimeSpan Dwell { get; init; }

    /// <summary>After this one operation has failed.</summary>
    public required TimeSpan Deadline { get; init; }

    /// <summary>Both nodes can command it.</summary>
    public virtual bool IsShared => false;

    /// <summary>A Rhino 1SPF through its vendor's tool, or by bytes that somebody has captured.</summary>
    /// <param name="Port">Serial device.</param>
    /// <param name="Tool">Path of rhinofailover; unused with a profile.</param>
    /// <param name="Channel">Port index that the tool is given, from 0.</param>
    /// <param name="Profile">Path of the file of captured bytes, or empty.</param>
    public sealed record Rhino(string Name, string Port, string Tool, int Channel, string Profile) : RelayDeviceConfig(Name)
    {
        public override string Driver => "rhino-1spf";
    }

    /// <summary>A serial relay board.</summary>
    /// <param name="Channels">Relays that move together, by the board's own numbers.</param>
    /// <param name="Baud">Bits a second; 0: the board does not care.</param>
    /// <param name="Relays">On the board; 0: the board tells.</param>
    public sealed record Serial(string Name, SerialRelayFamily Family, string Port, ImmutableArray<int> Channels, int Baud, int Relays)
        : RelayDeviceConfig(Name)
    {
        public override string Driver => Family.ToString().ToLowerInvariant();
    }

    /// <summary>A HID relay board.</summary>
    /// <param name="Port">A hidraw device; empty: the one board of this family that is plugged in.</param>
    /// <param name="Channels">Relays that move together, from 1.</param>
    /// <param name="Id">The five characters a dcttech board is told apart by; empty: any.</param>
    public sealed record Hid(string Name, HidRelayFamily Family, string Port, ImmutableArray<int> Channels, string Id)
        : RelayDeviceConfig(Name)
    {
        public override string Driver => WordOf(Family);

        public static string WordOf(HidRelayFamily family) => family switch
        {
            HidRelayFamily.LcusHid => "lcus-hid",
            HidRelayFamily.UsbRelay => "usbrelay",
            _ => "hidrelay",
        };
    }

    /// <summary>Relays on the eight pins of an FT245R.</summary>
    /// <param name="UsbSerial">USB serial number; empty: any.</param>
    /// <param name="UsbPath">Bus and ports, for example <c>1-1.4</c>; empty: any.</param>
    /// <param name="Channels">Relays that move together, 1 to 8.</param>
    public sealed record Ft245r(string Name, string UsbSerial, string UsbPath, ImmutableArray<int> Channels) : RelayDeviceConfig(Name)
    {
        public override string Driver => "ft245r";
    }

    /// <summary>A relay whose coil follows a GPIO line.</summary>
    public sealed record Gpio(string Name, GpioLineName Line, bool ActiveLow) : RelayDeviceConfig(Name)
    {
        public override string Driver => "gpio";
    }

    /// <summary>A beroNet bero*fos on the network; both nodes can command it.</summary>
    /// <param name="Address">Numeric.</param>
    /// <param name="Port">Of its web server.</param>
    /// <param name="User">Empty: no login.</param>
    /// <param name="PasswordFile">Path of the file whose first line is the password; empty with no login.</param>
    /// <param name="Scenario">0 fallback (A–B or A–D), 1 bypass (A–B and C–D, or A–D).</param>
    public sealed record Berofos(string Name, string Address, int Port, string User, string PasswordFile, int Scenario)
        : RelayDeviceConfig(Name)
    {
        public override string Driver => "berofos";

        public override bool IsShared => true;
    }
}
