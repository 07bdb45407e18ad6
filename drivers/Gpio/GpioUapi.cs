using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Appliance.Drivers.Gpio;

/// <summary>Numbers of the GPIO character device's interface, version 2 (include/uapi/linux/gpio.h), stable since Linux 5.10.</summary>
internal static class GpioUapi
{
    public const nuint GetChipInfo = 0x8044B401; // GPIO_GET_CHIPINFO_IOCTL
    public const nuint GetLineInfo = 0xC100B405; // GPIO_V2_GET_LINEINFO_IOCTL
    public const nuint GetLine = 0xC250B407; // GPIO_V2_GET_LINE_IOCTL
    public const nuint GetValues = 0xC010B40E; // GPIO_V2_LINE_GET_VALUES_IOCTL
    public const nuint SetValues = 0xC010B40F; // GPIO_V2_LINE_SET_VALUES_IOCTL

    public const int NameBytes = 32;

    public const ulong Used = 1 << 0;
    public const ulong ActiveLow = 1 << 1;
    public const ulong IsInput = 1 << 2;
    public const ulong IsOutput = 1 << 3;
    public const ulong EdgeRising = 1 << 4;
    public const ulong EdgeFalling = 1 << 5;

    public const uint OutputValuesAttribute = 2;
    public const uint DebounceAttribute = 3;

    public const uint RisingEvent = 1;
}

/// <summary>A NUL-padded name.</summary>
[InlineArray(GpioUapi.NameBytes)]
internal struct GpioName
{
    private byte _first;

    public override readonly string ToString()
    {
        ReadOnlySpan<byte> bytes = this;
        var end = bytes.IndexOf((byte)0);
        return System.Text.Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }
}

/// <summary>struct gpiochip_info.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GpioChipInfo
{
    public GpioName Name;
    public GpioName Label;
    public uint Lines;
}

/// <summary>struct gpio_v2_line_values.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GpioLineValues
{
    public ulong Bits;
    public ulong Mask;
}

/// <summary>struct gpio_v2_line_attribute; the value is flags, values or a period in microseconds, as the id says.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GpioLineAttribute
{
    public uint Id;
    public uint Padding;
    public ulong Value;
}

/// <summary>struct gpio_v2_line_config_attribute.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GpioLineConfigAttribute
{
    public GpioLineAttribute Attribute;
    public ulong Mask;
}

[InlineArray(10)] // GPIO_V2_LINE_NUM_ATTRS_MAX
internal struct GpioLineConfigAttributes
{
    private GpioLineConfigAttribute _first;
}

[InlineArray(10)]
internal struct GpioLineAttributes
{
    private GpioLineAttribute _first;
}

[InlineArray(4)]
internal struct FourWords
{
    private uint _first;
}

[InlineArray(5)]
internal struct FiveWords
{
    private uint _first;
}

[InlineArray(6)]
internal struct SixWords
{
    private uint _first;
}

[InlineArray(64)] // GPIO_V2_LINES_MAX
internal struct GpioOffsets
{
    private uint _first;
}

/// <summary>struct gpio_v2_line_config.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GpioLineConfig
{
    public ulong Flags;
    public uint AttributeCount;
    public FiveWords Padding;
    public GpioLineConfigAttributes Attributes;
}

/// <summary>struct gpio_v2_line_request.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GpioLineRequest
{
    public GpioOffsets Offsets;
    public GpioName Consumer;
    public GpioLineConfig Config;
    public uint Count;
    public uint EventBufferSize;
    public FiveWords Padding;
    public int Fd;
}

/// <summary>struct gpio_v2_line_info.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GpioLineInfo
{
    public GpioName Name;
    public GpioName Consumer;
    public uint Offset;
    public uint AttributeCount;
    public ulong Flags;
    public GpioLineAttributes Attributes;
    public FourWords Padding;
}

/// <summary>struct gpio_v2_line_event.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GpioLineEvent
{
    public ulong Nanoseconds;
    public uint Id;
    public uint Offset;
    public uint Sequence;
    public uint LineSequence;
    public SixWords Padding;
}
