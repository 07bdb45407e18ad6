namespace Appliance.Drivers.I2c;

/// <summary>A two-wire bus with devices at seven-bit addresses.</summary>
public interface II2cBus : IDisposable
{
    /// <summary>For messages: the bus's device.</summary>
    string Name { get; }

    /// <summary>One transfer to a device: start, address, bytes, stop.</summary>
    /// <param name="address">Seven bits.</param>
    /// <param name="bytes">At most <see cref="I2cLimits.TransferMax"/>.</param>
    /// <exception cref="IOException">Nobody answers at the address, or the bus is gone or stuck; in words.</exception>
    void Write(int address, ReadOnlySpan<byte> bytes);
}

/// <summary>Bounds of the bus.</summary>
public static class I2cLimits
{
    /// <summary>The smallest adapter we know (CP2112) takes 61 bytes at a time.</summary>
    public const int TransferMax = 61;
}
