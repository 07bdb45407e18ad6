using System.Text;
using Appliance.Core.Stick;

namespace Appliance.Agent.Stick;

/// <summary>The file in which a stick says what became of it: read on any computer, so with its line ends.</summary>
internal static class StickResult
{
    /// <summary>Replaces it as a whole. Null, or why there is none; that changes nothing about what was decided.</summary>
    public static string? Write(string folder, IEnumerable<string> lines)
    {
        var path = Path.Combine(folder, StickNames.Result);
        var fresh = path + ".new";
        try
        {
            // Created anew: what has the name already may be a link.
            File.Delete(fresh);
            using (var file = new FileStream(fresh, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                file.Write(Encoding.UTF8.GetBytes(string.Join("\r\n", lines) + "\r\n"));
                file.Flush(flushToDisk: true);
            }

            File.Move(fresh, path, overwrite: true);
            new LinuxStickDisk(folder).Sync("");
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"{StickNames.Result} could not be written: {fault.Message}";
        }
    }
}
