using System.Globalization;
using System.Text;
using Appliance.Agent.State;

namespace Appliance.Agent.Alerts;

/// <summary>The last event that a receiver knows of, kept over restarts: <c>alert-NAME</c> in the state directory.</summary>
public sealed class AlertCursor(string directory, string name)
{
    private const int BytesMax = 32;

    public string Path { get; } = System.IO.Path.Combine(directory, $"alert-{name}");

    /// <summary>Null: there is none, or it cannot be read.</summary>
    public long? Read()
    {
        try
        {
            if (!File.Exists(Path)) return null;
            using var file = File.OpenRead(Path);
            Span<byte> bytes = stackalloc byte[BytesMax];
            var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return long.TryParse(bytes[..count].TrimEnd("\n"u8), NumberStyles.None, CultureInfo.InvariantCulture, out var serial)
                ? serial : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Null when it is durable, else why not.</summary>
    public string? Write(long serial) =>
        AtomicFile.Write(Path, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{serial}\n")));
}
