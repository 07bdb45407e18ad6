using Appliance.Drivers.I2c;

namespace Appliance.Drivers.Tests.I2c;

/// <summary>The kernel's bus is used in the virtual machine's job "devices"; here is what can be told without one.</summary>
public sealed class I2cBusTests
{
    [Theory]
    [InlineData("/dev/i2c-99", "does not exist: load the module i2c-dev")]
    [InlineData("/dev/null", "is not an I2C bus")]
    [InlineData("/", "cannot be opened")]
    public void A_device_that_is_no_bus_is_told(string device, string words) =>
        Assert.Contains(words, Assert.Throws<IOException>(() => LinuxI2cBus.Open(device)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_transfer_is_never_longer_than_the_smallest_adapter_takes()
    {
        using var bus = new SimulatedI2cBus();
        Assert.Throws<ArgumentOutOfRangeException>(() => bus.Write(0x27, new byte[I2cLimits.TransferMax + 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => bus.Write(0x27, []));
    }
}
