using Appliance.Drivers.Usb;

namespace Appliance.Drivers.Tests.Usb;

/// <summary>As much of libusb as can be called without a chip.</summary>
public sealed unsafe class LinuxFtdiBusTests
{
    [Fact]
    public void Descriptor_has_the_eighteen_bytes_of_the_specification()
    {
        UsbDeviceDescriptor descriptor = default;
        var start = (byte*)&descriptor;
        Assert.Equal(18, sizeof(UsbDeviceDescriptor));
        Assert.Equal([8L, 10, 15], new[] {
            (byte*)&descriptor.Vendor - start, (byte*)&descriptor.Product - start, &descriptor.ProductText - start });
    }

    [Fact]
    public void Machine_without_such_a_chip_says_so()
    {
        // A serial number that no chip has: also on a machine that has chips.
        var fault = Assert.Throws<UsbFault>(() => new LinuxFtdiBus().Open("NO-SUCH-CHIP", ""));
        Assert.Equal(UsbFaultKind.Missing, fault.Kind);
        Assert.Matches("^(no FT245R is plugged in with serial number NO-SUCH-CHIP|libusb-1.0.so.0 is missing)", fault.Message);
    }
}
