using System.Globalization;
using System.Text;

namespace Appliance.Core.Tests.FoneBridge;

/// <summary>A packet of a recorded session.</summary>
internal sealed record RecordedPacket(bool FromClient, byte[] Bytes);

/// <summary>Reads Vectors/fonebridge-sessions.txt.</summary>
internal static class RecordedSessions
{
    private static readonly string[] Lines = Repository.Text("tests", "Core.Tests", "Vectors", "fonebridge-sessions.txt").Split('\n');

    public static RecordedPacket[] Session(string name) =>
    [
        .. Section($"## {name} - ").Where(line => line.Length > 2 && line[0] is '<' or '>')
            .Select(line => new RecordedPacket(line[0] == '>', Convert.FromHexString(line[2..].Trim()))),
    ];

    public static byte[][] Requests(string name) => [.. Session(name).Where(packet => packet.FromClient).Select(packet => packet.Bytes)];

    public static byte[][] Replies(string name) => [.. Session(name).Where(packet => !packet.FromClient).Select(packet => packet.Bytes)];

    /// <summary>A configuration of the file, with the line feed at its end.</summary>
    public static byte[] Config(string name)
    {
        var lines = Section(string.Create(CultureInfo.InvariantCulture, $"## config {name}")).ToArray();
        return Encoding.ASCII.GetBytes(string.Join('\n', lines).TrimEnd('\n') + "\n");
    }

    private static IEnumerable<string> Section(string heading) =>
        Lines.SkipWhile(line => !line.StartsWith(heading, StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal));
}
