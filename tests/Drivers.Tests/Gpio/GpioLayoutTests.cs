using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Drivers.Gpio;

namespace Appliance.Drivers.Tests.Gpio;

/// <summary>Sizes, offsets and numbers as a C compiler finds them in include/uapi/linux/gpio.h.</summary>
public sealed unsafe class GpioLayoutTests
{
    [Fact]
    public void Sizes_are_the_kernels()
    {
        Assert.Equal(68, sizeof(GpioChipInfo));
        Assert.Equal(16, sizeof(GpioLineValues));
        Assert.Equal(16, sizeof(GpioLineAttribute));
        Assert.Equal(24, sizeof(GpioLineConfigAttribute));
        Assert.Equal(272, sizeof(GpioLineConfig));
        Assert.Equal(592, sizeof(GpioLineRequest));
        Assert.Equal(256, sizeof(GpioLineInfo));
        Assert.Equal(48, sizeof(GpioLineEvent));
    }

    [Fact]
    public void Offsets_are_the_kernels()
    {
        GpioChipInfo chip = default;
        Assert.Equal([32, 64], Offsets(&chip, &chip.Label, &chip.Lines));
        GpioLineValues values = default;
        Assert.Equal([8], Offsets(&values, &values.Mask));
        GpioLineAttribute attribute = default;
        Assert.Equal([8], Offsets(&attribute, &attribute.Value));
        GpioLineConfigAttribute one = default;
        Assert.Equal([16], Offsets(&one, &one.Mask));
        GpioLineConfig config = default;
        Assert.Equal([8, 32], Offsets(&config, &config.AttributeCount, &config.Attributes));
        GpioLineRequest request = default;
        Assert.Equal([256, 288, 560, 564, 588], Offsets(
            &request, &request.Consumer, &request.Config, &request.Count, &request.EventBufferSize, &request.Fd));
        GpioLineInfo info = default;
        Assert.Equal([32, 64, 68, 72, 80], Offsets(
            &info, &info.Consumer, &info.Offset, &info.AttributeCount, &info.Flags, &info.Attributes));
        GpioLineEvent happened = default;
        Assert.Equal([8, 12, 16, 20], Offsets(&happened, &happened.Id, &happened.Offset, &happened.Sequence, &happened.LineSequence));
    }

    [Fact]
    public void Requests_say_direction_type_number_and_size()
    {
        Assert.Equal((uint)GpioUapi.GetChipInfo, Request(direction: 2, 1, sizeof(GpioChipInfo)));
        Assert.Equal((uint)GpioUapi.GetLineInfo, Request(direction: 3, 5, sizeof(GpioLineInfo)));
        Assert.Equal((uint)GpioUapi.GetLine, Request(direction: 3, 7, sizeof(GpioLineRequest)));
        Assert.Equal((uint)GpioUapi.GetValues, Request(direction: 3, 14, sizeof(GpioLineValues)));
        Assert.Equal((uint)GpioUapi.SetValues, Request(direction: 3, 15, sizeof(GpioLineValues)));
    }

    private static uint Request(uint direction, uint number, int size) => (direction << 30) | ((uint)size << 16) | 0xB400 | number;

    private static int[] Offsets(void* start, params void*[] fields) => [.. Distances((nint)start, fields)];

    private static List<int> Distances(nint start, void*[] fields)
    {
        var found = new List<int>();
        foreach (var field in fields) found.Add((int)((nint)field - start));
        return found;
    }
}
