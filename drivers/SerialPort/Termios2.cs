using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Appliance.Drivers.SerialPort;

/// <summary>struct termios2 of asm-generic/termbits.h: the only way to a speed that has no name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Termios2
{
    public uint InputFlags;
    public uint OutputFlags;
    public uint ControlFlags;
    public uint LocalFlags;
    public byte LineDiscipline;
    public ControlCharacters Characters;
    public uint InputSpeed;
    public uint OutputSpeed;

    public const nuint Get = 0x802C542A; // TCGETS2
    public const nuint Set = 0x402C542B; // TCSETS2
    public const nuint Flush = 0x540B; // TCFLSH
    public const nuint Exclusive = 0x540C; // TIOCEXCL
    public const nuint OutputQueue = 0x5411; // TIOCOUTQ
    public const int FlushBoth = 2; // TCIOFLUSH

    /// <summary>Speed from the speed fields (BOTHER), for output and, by the shift, for input.</summary>
    public const uint SpeedByNumber = 0x1000;
    public const int InputShift = 16;
    public const uint EightBits = 0x30; // CS8
    public const uint Receive = 0x80; // CREAD
    public const uint IgnoreModemLines = 0x800; // CLOCAL
    public const int MinimumCharacter = 6; // VMIN
    public const int TimeCharacter = 5; // VTIME
}

[InlineArray(19)]
internal struct ControlCharacters
{
    private byte _first;
}
