using Appliance.Core.Panel;
using Appliance.Drivers.Gpio;

namespace Appliance.Drivers.Led;

/// <summary>An LED on a GPIO line that the kernel does not know as one: a thread of ours blinks it.</summary>
public sealed class GpioLed : ILed
{
    private readonly IGpioLine _line;
    private readonly Blinker _blinker;
    private LedRhythm? _shown;

    /// <param name="line">An output of ours; disposed with the LED.</param>
    public GpioLed(IGpioLine line, string name)
    {
        (_line, Name) = (line, name);
        _blinker = new Blinker(name, lit => line.Value = lit);
    }

    public string Name { get; }

    public void Show(LedRhythm rhythm)
    {
        _blinker.Check();
        if (rhythm == _shown)
        {
            _ = _line.Value; // Fails when the chip is gone.
            return;
        }

        _shown = null;
        _blinker.Show(rhythm);
        _shown = rhythm;
    }

    public void Dispose()
    {
        _blinker.Dispose();
        _line.Dispose();
    }
}
