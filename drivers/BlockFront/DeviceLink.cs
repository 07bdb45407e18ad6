namespace Appliance.Drivers.BlockFront;

/// <summary>The name under which users know the device: a symbolic link, changed in one step.</summary>
internal sealed class DeviceLink(string path)
{
    /// <summary>Leads to <paramref name="device"/> from now on. Null, or why not.</summary>
    public string? Make(string device)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var temporary = $"{path}.{Environment.ProcessId}";
            File.Delete(temporary);
            File.CreateSymbolicLink(temporary, device);
            File.Move(temporary, path, overwrite: true);
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"{path}: {fault.Message}";
        }
    }

    /// <summary>Whatever is a link goes; a file or directory of somebody else stays.</summary>
    public void Remove()
    {
        try
        {
            if (new FileInfo(path).LinkTarget is not null) File.Delete(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A link that leads nowhere harms nobody.
        }
    }
}
