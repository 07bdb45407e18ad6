namespace Appliance.Core.FoneBridge;

/// <summary>Codes of the transceiver for the length of a line, by the index that an operator gives.</summary>
internal static class LineBuildOut
{
    /// <summary>Of a J1, whatever its length.</summary>
    public const byte J1 = 2;

    /// <summary>Up to 133, 266, 399, 533, 655 feet of cable.</summary>
    public static byte[] ShortHaul { get; } = [2, 3, 4, 5, 6];

    /// <summary>0, 7.5, 15, 22.5 dB; the equaliser is on.</summary>
    public static byte[] LongHaul { get; } = [0x02, 0x0B, 0x0A, 0x09];
}
