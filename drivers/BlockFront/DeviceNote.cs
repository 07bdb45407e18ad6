using System.Globalization;

namespace Appliance.Drivers.BlockFront;

/// <summary>A line under /run that tells the next process which kernel device is this replica's: "nbd 3". It does not outlive the
/// kernel that has the device.</summary>
internal sealed class DeviceNote(string path)
{
    /// <summary>The number noted for this kind of device, or -1.</summary>
    public int Read(string kind)
    {
        try
        {
            var words = File.ReadAllText(path).Split(' ', StringSplitOptions.TrimEntries);
            if (words.Length == 2 && words[0] == kind
                && int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // No note: no device.
        }

        return -1;
    }

    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string kind, int number)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = $"{path}.new";
        File.WriteAllText(temporary, string.Create(CultureInfo.InvariantCulture, $"{kind} {number}\n"));
        File.Move(temporary, path, overwrite: true);
    }

    public void Remove()
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The next reader finds that the device is not there.
        }
    }
}
