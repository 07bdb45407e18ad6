namespace Appliance.Drivers.Relay.Serial;

/// <summary>USB numbers that belong to one family of relay boards alone. A CH340 or an FTDI chip says nothing: anything may be behind
/// it.</summary>
internal static class UsbOwner
{
    private static readonly (string Numbers, string Owner)[] Owners =
        [("2a19:", "a Numato module: driver = \"numato\""), ("04d8:ffee", "a Devantech module: driver = \"devantech\"")];

    /// <summary>For a board without an identity: gives up when the port is known to be another family's.</summary>
    /// <param name="usbId">Vendor and product; null where there is no way to know.</param>
    /// <exception cref="RelayTrouble">It is.</exception>
    public static void Check(string? usbId, string place)
    {
        if (usbId is null) return;
        foreach (var (numbers, owner) in Owners)
            if (usbId.StartsWith(numbers, StringComparison.Ordinal))
                throw new RelayTrouble(RelayFault.WrongDevice, $"{place}: found the USB device {usbId}, {owner}. Nothing was switched");
    }
}
