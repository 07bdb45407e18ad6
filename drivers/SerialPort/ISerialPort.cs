using Appliance.Drivers.Interop;

namespace Appliance.Drivers.SerialPort;

/// <summary>One end of a null-modem cable: a byte stream without flow control. Nothing waits, nothing throws for what the line
/// does.</summary>
public interface ISerialPort : IDisposable
{
    /// <summary>Descriptor that polls readable while <see cref="Read"/> has something.</summary>
    int Fd { get; }

    /// <summary>Takes what has arrived. A failed read means that the device is gone.</summary>
    Transfer Read(Span<byte> room);

    /// <summary>Gives as many bytes to the line as it takes now.</summary>
    Transfer Write(ReadOnlySpan<byte> bytes);

    /// <summary>Bytes given to the line and not yet sent.</summary>
    int Queued { get; }
}
