using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Appliance.Core.Cluster;

/// <summary>
/// <see cref="DurableState"/> as text: one fact a line, readable at the rack, the last line a CRC32C of all before it.
/// A file that is torn, edited or from another version is refused as a whole, never guessed at.
/// </summary>
public static class StateText
{
    private const string Header = "appliance-state 1";

    /// <summary>Largest file that is read, bytes.</summary>
    public const int BytesMax = 16 << 10;

    /// <summary>The whole file.</summary>
    public static byte[] Write(DurableState state)
    {
        var text = new StringBuilder();
        text.Append(Header).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"boot {state.BootId}\n");
        text.Append(CultureInfo.InvariantCulture, $"incarnation {state.Incarnation}\n");
        text.Append(CultureInfo.InvariantCulture, $"peer-incarnation {state.PeerIncarnation}\n");
        text.Append(CultureInfo.InvariantCulture, $"standby {(state.Standby ? 1 : 0)}\n");
        text.Append(CultureInfo.InvariantCulture, $"maintenance {state.MaintenanceLeft}\n");
        // Only while it is so: agents that do not know the line read the file at any other time.
        if (state.KeptOffBy.Length > 0) text.Append(CultureInfo.InvariantCulture, $"kept-off {state.KeptOffBy}\n");
        foreach (var (name, group) in state.Groups)
            text.Append(
                CultureInfo.InvariantCulture, $"group {name} term {group.Vote.Term} node {group.Vote.Node} held {(group.Held ? 1 : 0)}\n");
        var body = Encoding.UTF8.GetBytes(text.ToString());
        return [.. body, .. Encoding.ASCII.GetBytes($"crc32c {Crc(body):x8}\n")];
    }

    /// <summary>Reads a file; on refusal <paramref name="problem"/> says what is wrong with it.</summary>
    public static DurableState? Read(ReadOnlySpan<byte> file, out string problem)
    {
        if (file.Length > BytesMax) return Refuse($"{file.Length} bytes is too large for a state file", out problem);
        var end = file.LastIndexOf("crc32c "u8);
        if (end <= 0 || file.Length != end + 16 || file[^1] != '\n')
            return Refuse("it is cut short: the checksum line is missing", out problem);
        var expected = Encoding.ASCII.GetString(file.Slice(end + 7, 8));
        var found = Crc(file[..end]).ToString("x8", CultureInfo.InvariantCulture);
        if (found != expected) return Refuse($"its checksum is {found}, the file says {expected}", out problem);
        return Parse(Encoding.UTF8.GetString(file[..end]).Split('\n'), out problem);
    }

    private static DurableState? Parse(string[] lines, out string problem)
    {
        if (lines[0] != Header) return Refuse($"its first line is not \"{Header}\": another version wrote it", out problem);
        var state = new DurableState("", 0, 0, false, 0, ImmutableSortedDictionary<string, DurableGroup>.Empty);
        foreach (var line in lines.Skip(1))
        {
            if (line.Length == 0) continue;
            if (Fact(state, line.Split(' ')) is not { } next) return Refuse($"line not understood: {line}", out problem);
            state = next;
        }

        problem = "";
        return state;
    }

    private static DurableState? Fact(DurableState state, string[] words) => words switch
    {
        ["boot", var id] => state with { BootId = id },
        ["incarnation", var text] when ulong.TryParse(text, out var value) => state with { Incarnation = value },
        ["peer-incarnation", var text] when ulong.TryParse(text, out var value) => state with { PeerIncarnation = value },
        ["standby", "0" or "1"] => state with { Standby = words[1] == "1" },
        ["maintenance", var text] when uint.TryParse(text, out var value) => state with { MaintenanceLeft = value },
        ["kept-off", { Length: > 0 } device] => state with { KeptOffBy = device },
        ["group", var name, "term", var term, "node", var node, "held", "0" or "1"]
            when uint.TryParse(term, out var number) && byte.TryParse(node, out var who) && who is 0 or 1 or Vote.Nobody =>
            state with { Groups = state.Groups.SetItem(name, new DurableGroup(new Vote(number, who), words[7] == "1")) },
        _ => null,
    };

    private static DurableState? Refuse(string why, out string problem)
    {
        problem = why;
        return null;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes) crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }
}
