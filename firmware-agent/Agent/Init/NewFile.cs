using System.Text;
using Appliance.Drivers.Interop;

namespace Appliance.Agent.Init;

/// <summary>Writes a file as a whole or not at all: temporary file with its final mode, sync, rename, sync of the directory.</summary>
public static class NewFile
{
    /// <summary>Null when it is on the disk, else a sentence.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="text">UTF-8.</param>
    /// <param name="mode">Permissions; set before the first byte is written.</param>
    /// <param name="overwrite">False: a file that exists stays as it is.</param>
    public static string? Write(string path, string text, UnixFileMode mode, bool overwrite)
    {
        var fresh = $"{path}.{Environment.ProcessId}.new";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None,
                UnixCreateMode = mode };
            using (var file = new FileStream(fresh, options))
            {
                file.Write(Encoding.UTF8.GetBytes(text));
                file.Flush(flushToDisk: true);
            }

            File.Move(fresh, path, overwrite);
            return FolderSync.Of(Path.GetDirectoryName(path)!);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            File.Delete(fresh);
            return $"{path}: {fault.Message}";
        }
    }
}
