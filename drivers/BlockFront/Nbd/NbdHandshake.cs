using System.Text;
using Appliance.Core.Wire;

namespace Appliance.Drivers.BlockFront.Nbd;

/// <summary>How far a connection is.</summary>
public enum NbdPhase : byte
{
    /// <summary>Waits for the client's flags.</summary>
    Greeting,

    /// <summary>Waits for options.</summary>
    Options,

    /// <summary>Agreed: requests follow.</summary>
    Transmission,

    /// <summary>To be closed once what was written has gone out.</summary>
    Closed,
}

/// <summary>
/// The server's side of the fixed newstyle negotiation: bytes in, bytes out. Feeding the same bytes in other pieces gives the same answers.
/// <code>
///  Greeting ──flags──▶ Options ──GO, EXPORT_NAME──▶ Transmission
///      │                 │ └─ any other option: an answer, and again
///      └─── nonsense ────┴──ABORT, unknown export, too many──▶ Closed
/// </code>
/// </summary>
public sealed class NbdHandshake(NbdExport export)
{
    /// <summary>Most bytes that one step writes: name, description and all headers.</summary>
    public const int ReplyBytesMax = 16 << 10;

    /// <summary>Longest option that is looked at, bytes; longer ones are skipped and called too big.</summary>
    public const int OptionBytesMax = 16 << 10;

    /// <summary>Options a client may send before it is cut off.</summary>
    public const int OptionsMax = 256;

    private const int OptionHeaderBytes = 16;
    private const int PaddingBytes = 124;
    private readonly byte[] _name = Encoding.UTF8.GetBytes(export.Name);
    private readonly byte[] _description = Encoding.UTF8.GetBytes(export.Description);
    private long _skip;
    private int _options;
    private bool _fixed;
    private bool _noZeroes;
    private bool _structured;
    private byte[]? _contextFor;

    public NbdPhase Phase { get; private set; }

    /// <summary>Final once the phase is Transmission.</summary>
    public NbdSession Session { get; private set; }

    /// <summary>What a server says first.</summary>
    public static int Greet(Span<byte> output)
    {
        var wire = new WireWriter(output);
        wire.U64(NbdProtocol.ServerMagic);
        wire.U64(NbdProtocol.OptionMagic);
        wire.U16(NbdProtocol.FixedNewstyle | NbdProtocol.NoZeroes);
        return wire.Length;
    }

    /// <summary>Takes one step: the flags, one option, or a part of one that is skipped.</summary>
    /// <param name="input">What has come and was not consumed.</param>
    /// <param name="output">At least <see cref="ReplyBytesMax"/>.</param>
    /// <param name="consumed">Bytes of input that are done with; 0: more must come first.</param>
    /// <returns>Bytes written.</returns>
    public int Step(ReadOnlySpan<byte> input, Span<byte> output, out int consumed)
    {
        consumed = 0;
        if (Phase == NbdPhase.Greeting) return TakeFlags(input, out consumed);
        if (Phase != NbdPhase.Options) return 0;
        if (_skip > 0)
        {
            consumed = (int)Math.Min(_skip, input.Length);
            _skip -= consumed;
            return 0;
        }

        if (input.Length < OptionHeaderBytes) return 0;
        var wire = new WireReader(input);
        var (magic, option, length) = (wire.U64(), (NbdOption)wire.U32(), wire.U32());
        if (magic != NbdProtocol.OptionMagic || length > NbdProtocol.PayloadBytesMax || ++_options > OptionsMax)
        {
            Phase = NbdPhase.Closed;
            consumed = input.Length;
            return 0;
        }

        if (length > OptionBytesMax)
        {
            (consumed, _skip) = (OptionHeaderBytes, length);
            return TooLong(option, output);
        }

        if (input.Length < OptionHeaderBytes + length)
        {
            _options--;
            return 0;
        }

        consumed = OptionHeaderBytes + (int)length;
        return Answer(option, input.Slice(OptionHeaderBytes, (int)length), output);
    }

    private int TakeFlags(ReadOnlySpan<byte> input, out int consumed)
    {
        consumed = 0;
        if (input.Length < sizeof(uint)) return 0;
        consumed = sizeof(uint);
        var flags = new WireReader(input).U32();
        _fixed = (flags & NbdProtocol.FixedNewstyle) != 0;
        _noZeroes = (flags & NbdProtocol.NoZeroes) != 0;
        Phase = (flags & ~(uint)(NbdProtocol.FixedNewstyle | NbdProtocol.NoZeroes)) == 0 ? NbdPhase.Options : NbdPhase.Closed;
        return 0;
    }

    private int TooLong(NbdOption option, Span<byte> output)
    {
        if (option == NbdOption.ExportName || !_fixed)
        {
            Phase = NbdPhase.Closed;
            return 0;
        }

        var known = option is not NbdOption.ExtendedHeaders && Enum.IsDefined(option);
        return Reply(output, option, known ? NbdOptionReply.TooBig : NbdOptionReply.Unsupported);
    }

    private int Answer(NbdOption option, ReadOnlySpan<byte> data, Span<byte> output)
    {
        if (option == NbdOption.ExportName) return Enter(data, output);
        if (!_fixed)
        {
            Phase = NbdPhase.Closed; // A client of the old newstyle would not understand an answer.
            return 0;
        }

        switch (option)
        {
            case NbdOption.Abort:
                Phase = NbdPhase.Closed;
                return Reply(output, option, NbdOptionReply.Ack);
            case NbdOption.List:
                return data.IsEmpty ? List(output) : Reply(output, option, NbdOptionReply.Invalid);
            case NbdOption.StartTls:
                return Reply(output, option, data.IsEmpty ? NbdOptionReply.Policy : NbdOptionReply.Invalid);
            case NbdOption.Info or NbdOption.Go:
                return Inform(option, data, output);
            case NbdOption.StructuredReply:
                if (!data.IsEmpty) return Reply(output, option, NbdOptionReply.Invalid);
                _structured = true;
                return Reply(output, option, NbdOptionReply.Ack);
            case NbdOption.ListMetaContext or NbdOption.SetMetaContext:
                return Contexts(option, data, output);
            default:
                return Reply(output, option, NbdOptionReply.Unsupported);
        }
    }

    private int Enter(ReadOnlySpan<byte> name, Span<byte> output)
    {
        if (!IsOurs(name))
        {
            Phase = NbdPhase.Closed;
            return 0;
        }

        var wire = new WireWriter(output);
        wire.U64((ulong)export.Size);
        wire.U16((ushort)export.Flags(_structured));
        var length = wire.Length;
        if (!_noZeroes)
        {
            output.Slice(length, PaddingBytes).Clear();
            length += PaddingBytes;
        }

        Begin(name);
        return length;
    }

    private void Begin(ReadOnlySpan<byte> name)
    {
        // A context belongs to the name it was set for, not to the export.
        Session = new NbdSession(_structured, _contextFor is { } set && name.SequenceEqual(set));
        Phase = NbdPhase.Transmission;
    }

    private int List(Span<byte> output)
    {
        var length = Header(output, NbdOption.List, NbdOptionReply.Server, sizeof(uint) + _name.Length);
        new WireWriter(output[length..]).U32((uint)_name.Length);
        length += sizeof(uint);
        _name.CopyTo(output[length..]);
        length += _name.Length;
        return length + Reply(output[length..], NbdOption.List, NbdOptionReply.Ack);
    }

    private int Inform(NbdOption option, ReadOnlySpan<byte> data, Span<byte> output)
    {
        if (!TryTakeString(ref data, out var name)) return Reply(output, option, NbdOptionReply.Invalid);
        if (data.Length < sizeof(ushort) || data.Length != sizeof(ushort) * (1 + new WireReader(data).U16()))
            return Reply(output, option, NbdOptionReply.Invalid);
        if (!IsOurs(name)) return Reply(output, option, NbdOptionReply.Unknown);
        uint wished = 0;
        var wire = new WireReader(data[sizeof(ushort)..]);
        for (var left = (data.Length / sizeof(ushort)) - 1; left > 0; left--)
            if (wire.U16() is var kind && kind <= (ushort)NbdInfo.BlockSize) wished |= 1u << kind;
        var length = ExportInfo(output, option);
        if (Wished(wished, NbdInfo.Name)) length += TextInfo(output[length..], option, NbdInfo.Name, _name);
        if (Wished(wished, NbdInfo.Description) && _description.Length > 0)
            length += TextInfo(output[length..], option, NbdInfo.Description, _description);
        if (Wished(wished, NbdInfo.BlockSize)) length += BlockSizeInfo(output[length..], option);
        length += Reply(output[length..], option, NbdOptionReply.Ack);
        if (option == NbdOption.Go) Begin(name);
        return length;
    }

    private static bool Wished(uint wished, NbdInfo kind) => (wished & (1u << (int)kind)) != 0;

    private int ExportInfo(Span<byte> output, NbdOption option)
    {
        var length = Header(output, option, NbdOptionReply.Info, 12);
        var wire = new WireWriter(output[length..]);
        wire.U16((ushort)NbdInfo.Export);
        wire.U64((ulong)export.Size);
        wire.U16((ushort)export.Flags(_structured));
        return length + wire.Length;
    }

    private static int TextInfo(Span<byte> output, NbdOption option, NbdInfo kind, byte[] text)
    {
        var length = Header(output, option, NbdOptionReply.Info, sizeof(ushort) + text.Length);
        new WireWriter(output[length..]).U16((ushort)kind);
        length += sizeof(ushort);
        text.CopyTo(output[length..]);
        return length + text.Length;
    }

    private static int BlockSizeInfo(Span<byte> output, NbdOption option)
    {
        var length = Header(output, option, NbdOptionReply.Info, 14);
        var wire = new WireWriter(output[length..]);
        wire.U16((ushort)NbdInfo.BlockSize);
        wire.U32(NbdExport.BlockBytesMin);
        wire.U32(NbdExport.BlockBytesPreferred);
        wire.U32(NbdProtocol.PayloadBytesMax);
        return length + wire.Length;
    }

    private int Contexts(NbdOption option, ReadOnlySpan<byte> data, Span<byte> output)
    {
        if (option == NbdOption.SetMetaContext) _contextFor = null; // Whatever comes of this, what was set before is gone.
        if (!_structured || !TryTakeString(ref data, out var name) || data.Length < sizeof(uint))
            return Reply(output, option, NbdOptionReply.Invalid);
        var count = new WireReader(data).U32();
        data = data[sizeof(uint)..];
        var found = count == 0 && option == NbdOption.ListMetaContext;
        for (; count > 0; count--)
        {
            if (!TryTakeString(ref data, out var query)) return Reply(output, option, NbdOptionReply.Invalid);
            found |= query.SequenceEqual(NbdProtocol.AllocationContext)
                || (option == NbdOption.ListMetaContext && query.SequenceEqual("base:"u8));
        }

        if (!data.IsEmpty) return Reply(output, option, NbdOptionReply.Invalid);
        if (!IsOurs(name)) return Reply(output, option, NbdOptionReply.Unknown);
        var length = found ? AllocationContext(output, option) : 0;
        if (found && option == NbdOption.SetMetaContext) _contextFor = name.ToArray();
        return length + Reply(output[length..], option, NbdOptionReply.Ack);
    }

    private static int AllocationContext(Span<byte> output, NbdOption option)
    {
        var name = NbdProtocol.AllocationContext;
        var length = Header(output, option, NbdOptionReply.MetaContext, sizeof(uint) + name.Length);
        new WireWriter(output[length..]).U32(option == NbdOption.SetMetaContext ? NbdReply.ContextId : 0);
        length += sizeof(uint);
        name.CopyTo(output[length..]);
        return length + name.Length;
    }

    private bool IsOurs(ReadOnlySpan<byte> name) => name.IsEmpty || name.SequenceEqual(_name);

    private static bool TryTakeString(ref ReadOnlySpan<byte> data, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (data.Length < sizeof(uint)) return false;
        var length = new WireReader(data).U32();
        if (length > NbdProtocol.StringBytesMax || length > data.Length - sizeof(uint)) return false;
        text = data.Slice(sizeof(uint), (int)length);
        data = data[(sizeof(uint) + (int)length)..];
        return true;
    }

    private static int Reply(Span<byte> output, NbdOption option, NbdOptionReply reply) => Header(output, option, reply, 0);

    private static int Header(Span<byte> output, NbdOption option, NbdOptionReply reply, int length)
    {
        var wire = new WireWriter(output);
        wire.U64(NbdProtocol.OptionReplyMagic);
        wire.U32((uint)option);
        wire.U32((uint)reply);
        wire.U32((uint)length);
        return wire.Length;
    }
}
