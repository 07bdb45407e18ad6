using System.Text;

namespace Appliance.Drivers.Courier;

/// <summary>A password or a token in a file of its own. It is read at every use: it may be changed while the agent runs.</summary>
public static class SecretFile
{
    private const int BytesMax = 4096;

    /// <summary>The first line of a file that holds a secret. Null, and why not.</summary>
    public static string? Read(string path, out string problem)
    {
        problem = "";
        try
        {
            using var file = File.OpenRead(path);
            Span<byte> bytes = stackalloc byte[BytesMax];
            var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            var line = bytes[..count];
            if (line.IndexOf((byte)'\n') is >= 0 and var end) line = line[..end];
            var text = Encoding.UTF8.GetString(line).TrimEnd('\r');
            if (text.Length > 0 && !text.Any(char.IsControl)) return text;
            problem = $"{path}: expected a secret on its first line, found {(text.Length == 0 ? "none" : "control characters")}";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            problem = $"{path}: {fault.Message}";
        }

        return null;
    }
}
