using System.Collections.Immutable;

namespace Appliance.Drivers.HidRaw;

/// <summary>A human interface device as the kernel shows it.</summary>
/// <param name="Path">For example /dev/hidraw0.</param>
/// <param name="Vendor">USB vendor number.</param>
/// <param name="Product">USB product number.</param>
/// <param name="Name">Manufacturer and product in the device's own words.</param>
public sealed record HidRawInfo(string Path, ushort Vendor, ushort Product, string Name)
{
    public override string ToString() => $"{Path} ({Vendor:x4}:{Product:x4} \"{Name}\")";
}

/// <summary>Human interface devices that can be spoken to in raw reports.</summary>
public interface IHidRawBus
{
    /// <summary>What is plugged in, in no promised order.</summary>
    ImmutableArray<HidRawInfo> List();

    /// <exception cref="HidRawFault">It cannot be opened.</exception>
    IHidRawDevice Open(string path);
}

/// <summary>An open device. A control transfer to a device that hangs ends after the kernel's own five seconds.</summary>
public interface IHidRawDevice : IDisposable
{
    HidRawInfo Info { get; }

    /// <summary>Polls readable while <see cref="Read"/> has something.</summary>
    int Fd { get; }

    /// <summary>Sends an output report. The first byte is its number, 0 where the device numbers none.</summary>
    /// <exception cref="HidRawFault">It is gone, or refuses.</exception>
    void Write(ReadOnlySpan<byte> report);

    /// <summary>Sends a feature report; the first byte is its number.</summary>
    /// <exception cref="HidRawFault">It is gone, or refuses.</exception>
    void SetFeature(ReadOnlySpan<byte> report);

    /// <summary>Fetches a feature report; the first byte is the number asked for. Bytes that came.</summary>
    /// <exception cref="HidRawFault">It is gone, or refuses.</exception>
    int GetFeature(Span<byte> report);

    /// <summary>Takes an input report that has come; 0: there is none.</summary>
    /// <exception cref="HidRawFault">It is gone.</exception>
    int Read(Span<byte> room);
}

/// <summary>What the kernel refuses about a device.</summary>
/// <param name="error">errno.</param>
public sealed class HidRawFault(int error, string words) : IOException(words)
{
    public int Error => error;
}
