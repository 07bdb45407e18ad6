using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Appliance.Core.Wire;

namespace Appliance.Core.Cluster;

/// <summary>What a witness must remember across a power cut.</summary>
/// <param name="Incarnation">Of the running witness.</param>
/// <param name="Votes">By group number, <see cref="Limits.GroupsMax"/> of them.</param>
public sealed record WitnessMemory(ulong Incarnation, ImmutableArray<Vote> Votes)
{
    public static WitnessMemory Nothing => new(0, [.. Selection.Repeat(Vote.None, Limits.GroupsMax)]);
}

/// <summary><see cref="WitnessMemory"/> as text: one fact a line, the last line a CRC-32C of all before it. Refused as a whole, never
/// guessed at.</summary>
public static class WitnessText
{
    private const string Header = "appliance-witness 1";

    /// <summary>"crc32c " and eight digits.</summary>
    private const int ChecksumLine = 15;

    /// <summary>Largest file that is read, bytes.</summary>
    public const int BytesMax = 4096;

    public static byte[] Write(WitnessMemory memory)
    {
        var text = new StringBuilder(Header).Append('\n').Append(CultureInfo.InvariantCulture, $"incarnation {memory.Incarnation}\n");
        for (var group = 0; group < memory.Votes.Length; group++)
            text.Append(CultureInfo.InvariantCulture, $"group {group} term {memory.Votes[group].Term} node {memory.Votes[group].Node}\n");
        var body = Encoding.ASCII.GetBytes(text.ToString());
        return [.. body, .. Encoding.ASCII.GetBytes($"crc32c {SerialFramer.Crc(body):x8}\n")];
    }

    /// <summary>Reads a file; null when it cannot be used, and <paramref name="problem"/> says why.</summary>
    public static WitnessMemory? Read(ReadOnlySpan<byte> file, out string problem)
    {
        var lines = Encoding.ASCII.GetString(file[..Math.Min(file.Length, BytesMax)]).Split('\n');
        problem = "it was damaged or written by another version";
        if (lines.Length != Limits.GroupsMax + 4 || lines[0] != Header || lines[^1].Length > 0) return null;
        if (lines[^2].Length != ChecksumLine) return null;
        var body = file[..(file.Length - ChecksumLine - 1)];
        if (lines[^2] != $"crc32c {SerialFramer.Crc(body):x8}") return null;
        if (lines[1].Split(' ') is not ["incarnation", var text]
            || !ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var incarnation)) return null;
        var votes = ImmutableArray.CreateBuilder<Vote>(Limits.GroupsMax);
        for (var group = 0; group < Limits.GroupsMax; group++)
        {
            if (ReadVote(lines[2 + group], group) is not { } vote) return null;
            votes.Add(vote);
        }

        problem = "";
        return new WitnessMemory(incarnation, votes.MoveToImmutable());
    }

    private static Vote? ReadVote(string line, int group)
    {
        if (line.Split(' ') is not ["group", var number, "term", var term, "node", var node]) return null;
        if (number != group.ToString(CultureInfo.InvariantCulture)) return null;
        if (!uint.TryParse(term, NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return null;
        if (!byte.TryParse(node, NumberStyles.None, CultureInfo.InvariantCulture, out var who)) return null;
        return who is < Limits.Nodes or Vote.Nobody ? new Vote(value, who) : null;
    }
}
