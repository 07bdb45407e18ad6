namespace Appliance.Drivers.Relay.Serial;

/// <summary>The command set that Tinysine TOSR0x took from Devantech: one byte each.</summary>
internal static class RlyBytes
{
    public const byte Identity = 0x5A;
    public const byte States = 0x5B;

    /// <summary>Followed by a mask. Devantech only.</summary>
    public const byte SetStates = 0x5C;

    private const byte On = 0x64;
    private const byte Off = 0x6E;

    /// <summary>Module, identity, relays. The RLY16L and every TOSR0x call themselves 15.</summary>
    public static readonly (string Name, byte Identity, int Relays)[] Devantech =
        [("USB-RLY08", 8, 8), ("USB-RLY16", 9, 8), ("USB-RLY02", 10, 2), ("USB-RLY16L", 15, 8)];

    public const byte Tosr = 15;

    /// <summary><c>65</c> to <c>6C</c>, <c>6F</c> to <c>76</c>: relay 1 to 8.</summary>
    public static byte Switch(int channel, bool on) => (byte)((on ? On : Off) + channel);

    public static bool IsOn(byte states, int channel) => (states >> (channel - 1) & 1) == 1;
}
