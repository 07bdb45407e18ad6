using System.Runtime.CompilerServices;
using Appliance.Drivers.BlockFront.Ublk;

namespace Appliance.Drivers.Tests.BlockFront;

/// <summary>Sizes and places of linux/ublk_cmd.h: a shifted field would be read by the kernel as something else.</summary>
public sealed unsafe class UblkAbiTests
{
    [Fact]
    public void Structures_have_the_kernels_sizes()
    {
        Assert.Equal(32, sizeof(UblkCommand));
        Assert.Equal(64, sizeof(UblkInfo));
        Assert.Equal(112, sizeof(UblkParameters));
        Assert.Equal(24, sizeof(UblkRequest));
    }

    [Fact]
    public void Size_of_the_structure_is_in_the_number_of_the_command()
    {
        // _IOC(direction, 'u', number, size): bits 16 to 29 are the size, bits 8 to 15 the letter.
        foreach (var command in new[] { UblkAbi.AddDevice, UblkAbi.StartDevice, UblkAbi.StopDevice, UblkAbi.SetParameters,
            UblkAbi.StartRecovery, UblkAbi.EndRecovery, UblkAbi.GetFeatures, UblkAbi.GetDeviceInfo, UblkAbi.DeleteDevice })
        {
            Assert.Equal((uint)sizeof(UblkCommand), (command >> 16) & 0x3fff);
            Assert.Equal((uint)'u', (command >> 8) & 0xff);
        }

        Assert.Equal(16u, (UblkAbi.Fetch >> 16) & 0x3fff);
        Assert.Equal(16u, (UblkAbi.CommitAndFetch >> 16) & 0x3fff);
    }

    [Fact]
    public void Parts_of_the_parameters_begin_where_the_kernel_looks()
    {
        UblkParameters parameters = default;
        Assert.Equal(8, Place(ref parameters, ref parameters.Attributes));
        Assert.Equal(16, Place(ref parameters, ref parameters.RequestSectorsMax));
        Assert.Equal(24, Place(ref parameters, ref parameters.Sectors));
        Assert.Equal(44, Place(ref parameters, ref parameters.DiscardGranularity));
        Assert.Equal(52, Place(ref parameters, ref parameters.WriteZeroesSectorsMax));
    }

    private static int Place<T>(ref UblkParameters whole, ref T field) =>
        (int)Unsafe.ByteOffset(ref Unsafe.As<UblkParameters, byte>(ref whole), ref Unsafe.As<T, byte>(ref field));
}
