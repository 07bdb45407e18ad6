using System.Globalization;
using System.Text;

namespace Appliance.Core.Stick;

/// <summary>What a node remembers of the stick it took last.</summary>
/// <param name="Serial">Of its proof; the next one must be larger.</param>
/// <param name="Digest">Of its contents.</param>
public sealed record StickMark(long Serial, string Digest)
{
    /// <summary>Of the file beside the configuration.</summary>
    public const string FileName = "stick-taken";

    private const string Title = "appliance-stick-taken 1";

    public string Write() => string.Create(CultureInfo.InvariantCulture, $"{Title}\nserial {Serial}\ndigest {Digest}\n");

    /// <summary>Null when it is damaged: then nothing is remembered, and a proof is as good as on the first day.</summary>
    public static StickMark? Read(ReadOnlySpan<byte> file)
    {
        var lines = Encoding.ASCII.GetString(file).Split('\n');
        return lines.Length == 4 && lines[0] == Title && lines[1].StartsWith("serial ", StringComparison.Ordinal)
            && lines[2].StartsWith("digest ", StringComparison.Ordinal)
            && long.TryParse(lines[1].AsSpan(7), NumberStyles.None, CultureInfo.InvariantCulture, out var serial)
            ? new StickMark(serial, lines[2][7..]) : null;
    }
}
