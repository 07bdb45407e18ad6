using Appliance.Core.Wire;
using Appliance.Drivers.BlockFront.Nbd;

namespace Appliance.Drivers.Tests.BlockFront.Nbd;

/// <summary>The negotiation, fed with what a client must and must not say.</summary>
public sealed class NbdHandshakeTests
{
    private static readonly NbdExport Export = new("data", 1 << 20, ReadOnly: false) { Description = "a volume" };

    [Fact]
    public void Go_leads_to_transmission_with_what_was_agreed()
    {
        byte[] said = [.. Flags(3), .. Option(NbdOption.StructuredReply, []),
            .. Option(NbdOption.SetMetaContext, Contexts("base:allocation")),
            .. Option(NbdOption.Go, Info("", 0, 1, 2, 3))];
        var handshake = new NbdHandshake(Export);
        var replies = Feed(handshake, said, said.Length);
        Assert.Equal(NbdPhase.Transmission, handshake.Phase);
        Assert.Equal(new NbdSession(true, true), handshake.Session);
        Assert.Equal(
            [NbdOptionReply.Ack, NbdOptionReply.MetaContext, NbdOptionReply.Ack, NbdOptionReply.Info, NbdOptionReply.Info,
                NbdOptionReply.Info, NbdOptionReply.Info, NbdOptionReply.Ack], Kinds(replies));
    }

    [Fact]
    public void A_context_is_bound_to_the_name_it_was_set_for()
    {
        byte[] said = [.. Flags(3), .. Option(NbdOption.StructuredReply, []),
            .. Option(NbdOption.SetMetaContext, Contexts("base:allocation")),
            .. Option(NbdOption.Go, Info("data"))];
        var handshake = new NbdHandshake(Export);
        Feed(handshake, said, said.Length);
        Assert.Equal(new NbdSession(true, false), handshake.Session);
    }

    [Fact]
    public void Export_name_answers_with_size_and_flags_and_pads_for_old_clients()
    {
        var handshake = new NbdHandshake(Export);
        Assert.Equal(10, Feed(handshake, [.. Flags(3), .. Option(NbdOption.ExportName, "data"u8)], 1000).Length);
        var answer = Feed(new NbdHandshake(Export), [.. Flags(0), .. Option(NbdOption.ExportName, [])], 1000);
        Assert.Equal(134, answer.Length);
        Assert.Equal(Convert.FromHexString("00000000001000000D6D"), answer[..10]);
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(7), InlineData(64)]
    public void Any_pieces_of_the_same_bytes_give_the_same_answers(int size)
    {
        byte[] said = [.. Flags(3), .. Option((NbdOption)99, new byte[300]), .. Option(NbdOption.List, []), .. Option(NbdOption.List, [1]),
            .. Option(NbdOption.StartTls, []), .. Option((NbdOption)98, new byte[20000]), .. Option(NbdOption.Info, Info("nowhere")),
            .. Option(NbdOption.StructuredReply, []), .. Option(NbdOption.ListMetaContext, Contexts()),
            .. Option(NbdOption.Go, Info("data", 3))];
        var whole = Feed(new NbdHandshake(Export), said, said.Length);
        Assert.Equal(whole, Feed(new NbdHandshake(Export), said, size));
        Assert.Equal(
            [NbdOptionReply.Unsupported, NbdOptionReply.Server, NbdOptionReply.Ack, NbdOptionReply.Invalid, NbdOptionReply.Policy,
                NbdOptionReply.Unsupported, NbdOptionReply.Unknown, NbdOptionReply.Ack, NbdOptionReply.MetaContext, NbdOptionReply.Ack,
                NbdOptionReply.Info, NbdOptionReply.Info, NbdOptionReply.Ack], Kinds(whole));
    }

    [Theory]
    [InlineData(NbdOption.Info), InlineData(NbdOption.Go), InlineData(NbdOption.SetMetaContext), InlineData(NbdOption.ListMetaContext)]
    public void Every_truncation_of_an_options_data_is_invalid(NbdOption option)
    {
        var data = option is NbdOption.Info or NbdOption.Go ? Info("data", 1, 3) : Contexts("base:allocation", "other:x");
        for (var length = 0; length < data.Length; length++)
        {
            byte[] said = [.. Flags(3), .. Option(NbdOption.StructuredReply, []), .. Option(option, data.AsSpan(0, length))];
            var handshake = new NbdHandshake(Export);
            Assert.Equal([NbdOptionReply.Ack, NbdOptionReply.Invalid], Kinds(Feed(handshake, said, said.Length)));
            Assert.Equal(NbdPhase.Options, handshake.Phase);
        }

        byte[] longer = [.. Flags(3), .. Option(NbdOption.StructuredReply, []), .. Option(option, [.. data, 0])];
        Assert.Equal([NbdOptionReply.Ack, NbdOptionReply.Invalid], Kinds(Feed(new NbdHandshake(Export), longer, longer.Length)));
    }

    [Fact]
    public void Too_long_options_are_skipped_and_absurd_ones_end_it()
    {
        var handshake = new NbdHandshake(Export);
        byte[] said = [.. Flags(3), .. Option(NbdOption.Info, new byte[NbdHandshake.OptionBytesMax + 1]), .. Option(NbdOption.List, [])];
        Assert.Equal([NbdOptionReply.TooBig, NbdOptionReply.Server, NbdOptionReply.Ack], Kinds(Feed(handshake, said, 4096)));
        var absurd = new byte[16];
        var wire = new WireWriter(absurd);
        wire.U64(NbdProtocol.OptionMagic);
        wire.U32((uint)NbdOption.Info);
        wire.U32(NbdProtocol.PayloadBytesMax + 1);
        Assert.Empty(Feed(handshake, absurd, 16));
        Assert.Equal(NbdPhase.Closed, handshake.Phase);
    }

    [Theory]
    [InlineData(4u), InlineData(0x80000003u)]
    public void Unknown_client_flags_end_it(uint flags)
    {
        var handshake = new NbdHandshake(Export);
        Feed(handshake, Flags(flags), 4);
        Assert.Equal(NbdPhase.Closed, handshake.Phase);
    }

    [Fact]
    public void A_flood_of_options_ends()
    {
        var handshake = new NbdHandshake(Export);
        Feed(handshake, Flags(3), 4);
        for (var count = 0; count < NbdHandshake.OptionsMax; count++) Feed(handshake, Option(NbdOption.List, []), 100);
        Assert.Equal(NbdPhase.Options, handshake.Phase);
        Feed(handshake, Option(NbdOption.List, []), 100);
        Assert.Equal(NbdPhase.Closed, handshake.Phase);
    }

    [Fact]
    public void Random_bytes_never_break_it()
    {
        var random = new Random(4);
        var noise = new byte[600];
        for (var round = 0; round < 100_000; round++)
        {
            var length = random.Next(noise.Length);
            random.NextBytes(noise);
            var data = noise.AsSpan(0, length);
            // Mostly well formed outside, so that the noise reaches the inside.
            byte[] said = round % 4 == 0 ? data.ToArray()
                : [.. Flags(3), .. Option(NbdOption.StructuredReply, []),
                    .. Option((NbdOption)random.Next(14), Softened(data, random)), .. data];
            Feed(new NbdHandshake(Export), said, 1 + random.Next(said.Length + 1));
        }
    }

    /// <summary>Small numbers where lengths stand.</summary>
    private static Span<byte> Softened(Span<byte> data, Random random)
    {
        for (var at = 0; at + 4 <= data.Length && at < 12; at += 4)
            if (random.Next(3) > 0) data.Slice(at, 3).Clear();
        return data;
    }

    private static byte[] Feed(NbdHandshake handshake, ReadOnlySpan<byte> said, int size)
    {
        var (answers, held) = (new List<byte>(), new List<byte>());
        var output = new byte[NbdHandshake.ReplyBytesMax];
        for (var at = 0; at < said.Length; at += size)
        {
            held.AddRange(said[at..Math.Min(said.Length, at + size)]);
            while (held.Count > 0)
            {
                var written = handshake.Step(held.ToArray(), output, out var consumed);
                answers.AddRange(output.AsSpan(0, written));
                Assert.InRange(consumed, 0, held.Count);
                if (consumed == 0) break;
                held.RemoveRange(0, consumed);
            }
        }

        return [.. answers];
    }

    private static NbdOptionReply[] Kinds(ReadOnlySpan<byte> answers)
    {
        var kinds = new List<NbdOptionReply>();
        while (!answers.IsEmpty)
        {
            var wire = new WireReader(answers);
            if (wire.U64() != NbdProtocol.OptionReplyMagic) break;
            wire.U32();
            kinds.Add((NbdOptionReply)wire.U32());
            answers = answers[(20 + (int)wire.U32())..];
        }

        return [.. kinds];
    }

    private static byte[] Flags(uint flags) => [(byte)(flags >> 24), (byte)(flags >> 16), (byte)(flags >> 8), (byte)flags];

    private static byte[] Option(NbdOption option, ReadOnlySpan<byte> data) =>
        [.. "IHAVEOPT"u8, .. Flags((uint)option), .. Flags((uint)data.Length), .. data];

    private static byte[] Text(string text) => [.. Flags((uint)text.Length), .. System.Text.Encoding.UTF8.GetBytes(text)];

    private static byte[] Info(string name, params byte[] wishes) =>
        [.. Text(name), 0, (byte)wishes.Length, .. wishes.SelectMany(wish => new byte[] { 0, wish })];

    private static byte[] Contexts(params string[] queries) => [.. Text(""), .. Flags((uint)queries.Length), .. queries.SelectMany(Text)];
}
