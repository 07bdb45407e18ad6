using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Core.FoneBridge;

/// <summary>Reads the Ethernet counters and, after latching them, the error counters of every span.</summary>
public sealed class StatisticsSession : BridgeSession
{
    private const byte Latch = 0xC2;
    private const byte Select = 0x0E;
    private const byte Value = 0x0F;
    private readonly List<LineCounters> _lines = [];
    private int _counter;

    public StaticInfo? Info { get; private set; }

    public BridgeStatistics? Ethernet { get; private set; }

    public IReadOnlyList<LineCounters> Lines => _lines;

    protected override string DoneWords => "the counters are read";

    protected override IEnumerable<Exchange> Script()
    {
        var who = Exchange.Must(BridgeRequest.GetStaticInfo());
        yield return who;
        Info = StaticInfo.Read(who.Payload);
        var links = Exchange.Must(BridgeRequest.ReadLinks());
        yield return links;
        var ethernet = Exchange.Must(BridgeRequest.GetStatistics());
        yield return ethernet;
        Ethernet = BridgeStatistics.Read(ethernet.Payload);
        var spans = Math.Min(Info.Spans, (byte)BridgeConfig.SpanCount);
        for (var span = 0; span < spans; span++)
        {
            var link = links.Payload.AsSpan(span * LinkConfig.Size, LinkConfig.Size).ToArray();
            foreach (var exchange in Line(span, isE1: link[0] != 0, isEsf: link[2] != 0)) yield return exchange;
        }
    }

    private IEnumerable<Exchange> Line(int span, bool isE1, bool isEsf)
    {
        yield return Exchange.Must(BridgeRequest.WriteLine(span, Latch, 0));
        yield return Exchange.Must(BridgeRequest.WriteLine(span, Latch, 2));
        foreach (var exchange in Counter(span, 0x08, bits: 16)) yield return exchange;
        var violations = _counter;
        foreach (var exchange in Counter(span, 0x02, bits: 12)) yield return exchange;
        var framing = _counter;
        int? crc = null, farEnd = null;
        if (isE1 || isEsf)
        {
            foreach (var exchange in Counter(span, 0x00, bits: 10)) yield return exchange;
            crc = _counter;
        }

        if (isE1)
        {
            foreach (var exchange in Counter(span, 0x0C, bits: 10)) yield return exchange;
            farEnd = _counter;
        }

        foreach (var exchange in Counter(span, 0x05, bits: 5)) yield return exchange;
        _lines.Add(new LineCounters(span + 1, violations, framing, crc, farEnd, _counter));
    }

    /// <summary>Leaves the value in <see cref="_counter"/>. Two spans share a chip: the first one's number is spoken to, and bit 5 of the
    /// register selects the second.</summary>
    private IEnumerable<Exchange> Counter(int span, byte register, int bits)
    {
        var (value, shift) = (0, 0);
        for (; shift < bits; shift += 8, register++)
        {
            var chosen = (byte)(register | ((span & 1) << 5));
            yield return Exchange.Must(BridgeRequest.WriteLine(span & ~1, Select, chosen));
            var read = Exchange.Must(BridgeRequest.ReadLine(span & ~1, Value));
            yield return read;
            value |= read.Payload[^1] << shift;
        }

        _counter = value & ((1 << bits) - 1);
    }
}
