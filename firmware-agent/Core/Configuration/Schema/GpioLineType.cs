using System.Globalization;

namespace Appliance.Core.Configuration.Schema;

/// <summary>A line of a GPIO chip. Reads to <see cref="GpioLineName"/>.</summary>
public sealed class GpioLineType : TextType
{
    /// <summary>No chip of any kernel has more.</summary>
    private const int OffsetMax = 65535;

    /// <summary>The kernel's names and labels have at most 31 characters; a path may be longer.</summary>
    private const int ChipLengthMax = Types.PathLengthMax;

    public override string Name => "GPIO line";

    public override string Accepts => "a GPIO chip and the number of its line, for example \"gpiochip0:5\" or \"pinctrl-bcm2711:17\"";

    protected override object? Parse(string text, out string because)
    {
        because = "write CHIP:NUMBER";
        // A label may have colons of its own (INT34C5:00).
        var colon = text.LastIndexOf(':');
        if (colon <= 0) return null;
        var (chip, number) = (text[..colon], text[(colon + 1)..]);
        var isPlain = number.Length is > 0 and <= 5 && number.All(char.IsAsciiDigit) && (number == "0" || number[0] != '0');
        if (!isPlain || int.Parse(number, CultureInfo.InvariantCulture) is var offset && offset > OffsetMax) return null;
        because = "the chip is a name in /dev, an absolute path or a label";
        var isPath = chip.Contains('/');
        if (chip.Length > ChipLengthMax || chip.Any(char.IsControl) || chip.Trim() != chip || (isPath && !Types.IsPath(chip))) return null;
        return new GpioLineName(chip, int.Parse(number, CultureInfo.InvariantCulture));
    }
}
