using Appliance.Drivers.Gpio;

namespace Appliance.Drivers.Display;

/// <summary>The six GPIO lines of a display without a backpack; R/W is wired to ground.</summary>
/// <param name="rs">Register select.</param>
/// <param name="enable">Strobe.</param>
/// <param name="data">D4 to D7.</param>
public sealed class GpioWires(IGpioLine rs, IGpioLine enable, IReadOnlyList<IGpioLine> data, string name) : IHd44780Wires
{
    /// <summary>More than the 37 µs of every instruction but Clear, whose caller waits longer.</summary>
    private static readonly TimeSpan InstructionPause = TimeSpan.FromMicroseconds(60);

    public string Name => name;

    public void Nibble(int value) => Strobe(value, isText: false);

    public void Send(bool isText, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            Strobe(value >> 4, isText);
            Strobe(value & 0xF, isText);
            var start = System.Diagnostics.Stopwatch.GetTimestamp();
            while (System.Diagnostics.Stopwatch.GetElapsedTime(start) < InstructionPause) Thread.SpinWait(20);
        }
    }

    public void Dispose()
    {
        rs.Dispose();
        enable.Dispose();
        foreach (var line in data) line.Dispose();
    }

    private void Strobe(int nibble, bool isText)
    {
        rs.Value = isText;
        for (var bit = 0; bit < data.Count; bit++) data[bit].Value = (nibble >> bit & 1) != 0;
        enable.Value = true; // A system call takes longer than the 450 ns that the strobe must last.
        enable.Value = false;
    }
}
