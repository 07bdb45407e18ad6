using System.Buffers.Binary;

namespace Appliance.Core.FoneBridge.Wire;

/// <summary>One span of a TDMoE frame.</summary>
/// <param name="Flags">Bit 0 yellow alarm, 1 signalling bits present, 2 loopback, 3 a dummy channel 0 is in front.</param>
/// <param name="Drops">The sender's counter of what it could not send.</param>
/// <param name="Channels">24 or 31.</param>
public readonly record struct TdmoeSpan(byte Flags, ushort Drops, ushort Channels)
{
    public bool HasYellowAlarm => (Flags & 1) != 0;
}

/// <summary>The head of a voice frame of Ethernet type 0xD00D with several spans (DAHDI's "ethmf"), without the Ethernet header.</summary>
public sealed record TdmoeHeader(TdmoeSpan[] Spans)
{
    public const ushort EtherType = 0xD00D;
    private const int SpansMax = 4;
    private const int SamplesPerFrame = 8;

    // A span: 6 bytes of head, 16 of signalling, 32 channels of 8 samples.
    private const int SpanHead = 6;
    private const int SpanBytes = SpanHead + 16 + 256;

    /// <summary>Null: no frame of a foneBRIDGE.</summary>
    public static TdmoeHeader? Read(ReadOnlySpan<byte> frame)
    {
        if (frame.Length < 2) return null;
        var first = BinaryPrimitives.ReadUInt16BigEndian(frame);
        var count = first & 0x7FFF;
        if ((first & 0x8000) == 0 || count is 0 or > SpansMax) return null;
        if (frame.Length < 2 + (count * SpanBytes)) return null;
        var spans = new TdmoeSpan[count];
        for (var at = 0; at < count; at++)
        {
            var head = frame.Slice(2 + (at * SpanHead), SpanHead);
            spans[at] = new(head[1], BinaryPrimitives.ReadUInt16BigEndian(head[2..]), BinaryPrimitives.ReadUInt16BigEndian(head[4..]));
            if (head[0] != SamplesPerFrame || spans[at].Channels is 0 or > 31) return null;
        }

        return new TdmoeHeader(spans);
    }

    /// <summary>A frame of silence, as the twin sends it.</summary>
    public byte[] ToFrame()
    {
        var frame = new byte[2 + (Spans.Length * SpanBytes)];
        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)(0x8000 | Spans.Length));
        for (var at = 0; at < Spans.Length; at++)
        {
            var head = frame.AsSpan(2 + (at * SpanHead), SpanHead);
            (head[0], head[1]) = (SamplesPerFrame, Spans[at].Flags);
            BinaryPrimitives.WriteUInt16BigEndian(head[2..], Spans[at].Drops);
            BinaryPrimitives.WriteUInt16BigEndian(head[4..], Spans[at].Channels);
        }

        frame.AsSpan(2 + (Spans.Length * (SpanHead + 16))).Fill(0xFF);
        return frame;
    }
}
