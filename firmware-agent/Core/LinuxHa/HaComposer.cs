using System.Text;

namespace Appliance.Core.LinuxHa;

/// <summary>
/// Makes frames: adds to what the machine says who says it, in which generation, under which number and when, and signs. Keeps what was
/// numbered, so that it can be said again with the same number. Heartbeat takes messages as they arrive, also those that had to be sent
/// again: how things were would undo how they are ("Both machines own our resources!", and a transition without an end). So a lost
/// statement is sent again with what the newest one of its kind says.
/// </summary>
/// <param name="ownName">Of this node, as the other one's ha.cf has it.</param>
/// <param name="peerName">Of the other node.</param>
/// <param name="generation">Of this start; larger than any before.</param>
/// <param name="keys">Its sending key signs.</param>
public sealed class HaComposer(string ownName, string peerName, long generation, HaKeys keys)
{
    private const int TimeToLive = 3;

    private readonly byte[] _own = Encoding.ASCII.GetBytes(ownName);
    private readonly byte[] _peer = Encoding.ASCII.GetBytes(peerName);
    private readonly Kept[] _sent = new Kept[HaLimits.SentKept];
    private Kept _resource;
    private Kept _status;
    private readonly byte[] _room = new byte[HaLimits.FrameBytesMax];
    private long _sequence;

    /// <summary>Number of the last numbered message; the first is 1.</summary>
    public long Sequence => _sequence;

    /// <summary>Taken into use for everything that is signed from now on.</summary>
    public HaKeys Keys { get; set; } = keys;

    /// <summary>The lines of a message.</summary>
    /// <param name="unixSeconds">Wall-clock time, greater than 0: only people look at it.</param>
    /// <param name="load">Text of /proc/loadavg, one line; may be empty.</param>
    public ReadOnlyMemory<byte> Lines(in HaSpeech said, long unixSeconds, ReadOnlySpan<byte> load)
    {
        var number = said.IsNumbered ? ++_sequence : 0;
        var kept = new Kept(number, said, Math.Max(1, unixSeconds), Write(number, said, Math.Max(1, unixSeconds), load));
        if (said.IsNumbered) _sent[number % HaLimits.SentKept] = kept;
        if (said.Kind == HaKind.Resource) _resource = kept;
        if (said.Kind == HaKind.Status) _status = kept;
        return kept.Lines;
    }

    /// <summary>The lines of a message that was sent before, a statement with what holds now; empty when it is not kept any more.</summary>
    public ReadOnlyMemory<byte> Again(long sequence)
    {
        if (sequence <= 0 || sequence > _sequence || sequence <= _sequence - HaLimits.SentKept) return default;
        var kept = _sent[sequence % HaLimits.SentKept];
        if (!kept.Said.IsStatement) return kept.Lines;
        var newest = kept.Said.Kind == HaKind.Resource ? _resource : _status;
        // Why it holds was said with the newest one, and happened once.
        return newest.Number == sequence ? kept.Lines : Write(sequence, newest.Said with { Info = HaInfo.None }, newest.UnixSeconds, []);
    }

    private byte[] Write(long number, in HaSpeech said, long unixSeconds, ReadOnlySpan<byte> load)
    {
        var writer = new HaWriter(_room);
        writer.Text("t"u8, said.Kind.Word());
        if (said.IsToPeer) writer.Text("dest"u8, _peer);
        Values(ref writer, said);
        writer.Text("src"u8, _own);
        if (said.IsNumbered) writer.Hex("seq"u8, number);
        writer.Hex("hg"u8, generation);
        writer.Hex("ts"u8, unixSeconds);
        if (said.IsNumbered && !load.IsEmpty) writer.Text("ld"u8, load);
        writer.Decimal("ttl"u8, TimeToLive);
        writer.Text(HaWords.ApplianceField, "1"u8);
        return _room.AsSpan(0, writer.Length).ToArray();
    }

    /// <summary>Makes the counted form of lines, signed; gives its length. For datagrams.</summary>
    public int Counted(ReadOnlySpan<byte> lines, Span<byte> frame)
    {
        var writer = new HaWriter(frame);
        writer.Append(HaFrame.CountedBegin);
        while (!lines.IsEmpty)
        {
            var length = lines.IndexOf((byte)'\n');
            writer.Append(length + 3);
            writer.Append(":(0)"u8);
            writer.Append(lines[..length]);
            writer.Append(","u8);
            lines = lines[(length + 1)..];
        }

        writer.Append(HaFrame.CountedEnd);
        Span<byte> signature = stackalloc byte[HaSignature.DigitsMax + 3];
        var size = Sign(frame[..writer.Length], signature);
        writer.Append(size);
        writer.Append(":"u8);
        writer.Append(signature[..size]);
        writer.Append(","u8);
        return writer.Length;
    }

    /// <summary>Makes the text form of lines, signed; gives its length. For serial lines.</summary>
    public int Text(ReadOnlySpan<byte> lines, Span<byte> frame)
    {
        var writer = new HaWriter(frame);
        writer.Append(HaFrame.TextBegin);
        writer.Append(lines);
        Span<byte> signature = stackalloc byte[HaSignature.DigitsMax + 3];
        writer.Text("auth"u8, signature[..Sign(lines, signature)]);
        writer.Append(HaFrame.TextEnd);
        return writer.Length;
    }

    private int Sign(ReadOnlySpan<byte> signed, Span<byte> signature)
    {
        var writer = new HaWriter(signature);
        writer.Append(Keys.Sending.Index);
        writer.Append(" "u8);
        return writer.Length + HaSignature.Write(Keys.Sending, signed, signature[writer.Length..]);
    }

    private void Values(ref HaWriter writer, in HaSpeech said)
    {
        switch (said.Kind)
        {
            case HaKind.Status or HaKind.ShutDone:
                writer.Text("st"u8, said.Status.Word());
                if (said.Kind == HaKind.Status) writer.Hex("dt"u8, said.DeadtimeMs);
                break;
            case HaKind.Resource:
                writer.Text("rsc_hold"u8, said.Holding.Word());
                writer.Text("rtype"u8, "full"u8);
                writer.Text("isstable"u8, said.IsStable ? "1"u8 : "0"u8);
                if (said.Info != HaInfo.None) writer.Text("info"u8, said.Info.Word());
                break;
            case HaKind.AskResources:
                writer.Text("rsc_hold"u8, said.Holding.Word());
                writer.Text("info"u8, said.Info.Word());
                break;
            case HaKind.Takeover:
                writer.Text("rsc_hold"u8, said.Holding.Word());
                break;
            case HaKind.Rexmit:
                writer.Decimal("firstseq"u8, said.First);
                writer.Decimal("lastseq"u8, said.Last);
                break;
            case HaKind.NakRexmit:
                writer.Hex("firstseq"u8, said.First);
                writer.Hex("lastseq"u8, said.Last);
                break;
            case HaKind.RepNodes:
                writer.Text("nodelist"u8, Encoding.ASCII.GetBytes($"{ownName} {peerName} "));
                writer.Text("delnodelist"u8, " "u8);
                break;
            case HaKind.Starting:
                break;
            default:
                throw new InvariantException($"nobody writes {said.Kind}");
        }
    }

    /// <summary>A message that was said.</summary>
    private readonly record struct Kept(long Number, HaSpeech Said, long UnixSeconds, byte[] Lines);
}
