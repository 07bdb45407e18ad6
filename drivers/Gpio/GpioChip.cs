using Appliance.Drivers.Interop;

namespace Appliance.Drivers.Gpio;

/// <summary>GPIO chips of this machine.</summary>
public static class GpioChip
{
    internal const string Folder = "/dev/";
    private const string Pattern = "gpiochip*";

    /// <summary>Opens a chip by the name of its device, its absolute path or its label. Numbers of chips change with the order in which
    /// the kernel finds them; a label does not.</summary>
    /// <exception cref="GpioFault">There is none, there are two of that label, or it cannot be opened; in words.</exception>
    public static IGpioChip Open(string chip)
    {
        if (chip.StartsWith('/')) return LinuxGpioChip.Open(chip);
        if (File.Exists(Folder + chip)) return LinuxGpioChip.Open(Folder + chip);
        var found = new List<LinuxGpioChip>();
        var refused = "";
        foreach (var device in Directory.EnumerateFiles(Folder, Pattern).Order(StringComparer.Ordinal))
        {
            try
            {
                var candidate = LinuxGpioChip.Open(device);
                if (candidate.Label == chip) found.Add(candidate);
                else candidate.Dispose();
            }
            catch (GpioFault fault)
            {
                refused = $"; {fault.Message}";
            }
        }

        if (found.Count == 1) return found[0];
        var devices = string.Join(" and ", found.Select(candidate => candidate.Device));
        foreach (var candidate in found) candidate.Dispose();
        throw new GpioFault(found.Count == 0 ? Errno.ENOENT : Errno.EINVAL, found.Count == 0
            ? $"there is no GPIO chip with the name or label \"{chip}\" (gpiodetect lists them){refused}"
            : $"{devices} both have the label \"{chip}\"; name the device instead");
    }
}
