using System.Globalization;

namespace Appliance.Agent.Replica.Create;

/// <summary>Sizes for people.</summary>
internal static class Sizes
{
    /// <summary>"20.0 GiB (21474836480 bytes)".</summary>
    public static string Of(long bytes)
    {
        string[] units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"];
        var (value, unit) = ((double)bytes, 0);
        for (; value >= 1024 && unit < units.Length - 1; unit++) value /= 1024;
        return unit == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes")
            : string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {units[unit]} ({bytes} bytes)");
    }
}
