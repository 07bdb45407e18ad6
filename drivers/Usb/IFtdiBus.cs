namespace Appliance.Drivers.Usb;

/// <summary>FT245R chips that can be found on USB.</summary>
public interface IFtdiBus
{
    /// <summary>Opens the one chip that is meant and takes it from the kernel's serial driver. Its pins do not move by that.</summary>
    /// <param name="serial">USB serial number; empty: any.</param>
    /// <param name="path">Bus and ports, "1-1.4"; empty: any.</param>
    /// <exception cref="UsbFault">None, several, forbidden, in use; in words.</exception>
    IFtdiPins Open(string serial, string path);
}

/// <summary>Eight pins in bit-bang mode: all outputs.</summary>
public interface IFtdiPins : IDisposable
{
    /// <summary>Makes the pins outputs; they keep what was last written, nothing after power-on.</summary>
    /// <exception cref="UsbFault">It is gone, or does not answer in time.</exception>
    void Begin(TimeSpan timeout);

    /// <exception cref="UsbFault">It is gone, or does not answer in time.</exception>
    void Write(byte pins, TimeSpan timeout);

    /// <exception cref="UsbFault">It is gone, or does not answer in time.</exception>
    byte Read(TimeSpan timeout);
}

/// <summary>Which kind of fault; a person does something different about each.</summary>
public enum UsbFaultKind : byte
{
    /// <summary>No such device, or no library to speak to it.</summary>
    Missing,
    Several,
    Forbidden,
    Busy,

    /// <summary>Unplugged while we had it.</summary>
    Vanished,

    /// <summary>No answer in time.</summary>
    Silent,

    /// <summary>Anything else the library says.</summary>
    Refused,
}

/// <summary>What is wrong with a USB device.</summary>
public sealed class UsbFault(UsbFaultKind kind, string words) : IOException(words)
{
    public UsbFaultKind Kind => kind;
}
