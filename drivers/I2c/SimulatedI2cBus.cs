namespace Appliance.Drivers.I2c;

/// <summary>A device on the simulated bus.</summary>
public interface ISimulatedI2cDevice
{
    /// <summary>Takes one transfer.</summary>
    void Receive(ReadOnlySpan<byte> bytes);
}

/// <summary>The twin. Faults it models: nobody at the address, a device that stops answering, the bus gone, the bus stuck.</summary>
public sealed class SimulatedI2cBus : II2cBus
{
    private readonly Dictionary<int, ISimulatedI2cDevice> _devices = [];

    public string Name => "/dev/i2c-9";

    /// <summary>The adapter was unplugged.</summary>
    public bool IsGone { get; set; }

    /// <summary>A device holds the clock low.</summary>
    public bool IsStuck { get; set; }

    /// <summary>Transfers until nobody answers any more; null: for ever.</summary>
    public int? AnswersLeft { get; set; }

    public int Transfers { get; private set; }

    public void Attach(int address, ISimulatedI2cDevice device) => _devices[address] = device;

    public void Write(int address, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is 0 or > I2cLimits.TransferMax) throw new ArgumentOutOfRangeException(nameof(bytes));
        if (IsGone) throw new IOException($"{Name} is gone: was the adapter unplugged?");
        if (IsStuck) throw new IOException($"{Name} is stuck: a device holds the bus; power it off and on");
        if (AnswersLeft is { } left) AnswersLeft = Math.Max(0, left - 1);
        if (AnswersLeft == 0 || !_devices.TryGetValue(address, out var device))
            throw new IOException($"no device answers at 0x{address:x2} on {Name}: wiring, power, or another address");
        Transfers++;
        device.Receive(bytes);
    }

    public void Dispose()
    {
    }
}
