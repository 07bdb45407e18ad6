using System.Runtime.InteropServices;
using Appliance.Core;
using Appliance.Drivers.IoLoop;

namespace Appliance.Drivers.BlockFront.Nbd;

/// <summary>What goes out on a connection, in one order, as many parts in one system call as there are.</summary>
internal sealed unsafe class NbdSender : IDisposable
{
    /// <summary>Replies and parts of replies that may wait.</summary>
    public const int ItemsMax = 1024;

    private const int PartsMax = 256;

    private readonly Item* _items = (Item*)NativeMemory.AllocZeroed(2 * ItemsMax, (nuint)sizeof(Item));
    private readonly IoVector* _parts = (IoVector*)NativeMemory.AllocZeroed(PartsMax, (nuint)sizeof(IoVector));
    private Ring _out;
    private Ring _held;
    private int _sentOfFirst;

    /// <summary>The call whose reply is only half queued: nothing else may come between. -1: none.</summary>
    public int Stream { get; private set; } = NbdPool.None;

    public int Count => _out.Count + _held.Count;

    public bool IsEmpty => Count == 0;

    /// <summary>There is something to send now.</summary>
    public bool IsDue => _out.Count > 0;

    /// <summary>A reply, or the header of one.</summary>
    /// <param name="header">At most <see cref="NbdReply.BytesMax"/>.</param>
    /// <param name="piece">To be released when it has gone out, with data in its buffer; or none.</param>
    public void Add(ReadOnlySpan<byte> header, int piece, byte* data, int length)
    {
        ref var item = ref Stream == NbdPool.None ? ref Put(ref _out, 0) : ref Put(ref _held, ItemsMax);
        Set(ref item, header, piece, data, length);
    }

    /// <summary>More of the reply whose header came before.</summary>
    public void AddData(int piece, byte* data, int length) => Set(ref Put(ref _out, 0), default, piece, data, length);

    /// <summary>Begins a reply that is queued bit by bit. Only when no other is.</summary>
    public void BeginStream(int call, ReadOnlySpan<byte> header)
    {
        Invariant.Check(Stream == NbdPool.None);
        Set(ref Put(ref _out, 0), header, NbdPool.None, null, 0);
        Stream = call;
    }

    /// <summary>It is complete: the others follow.</summary>
    public void EndStream()
    {
        Stream = NbdPool.None;
        while (_held.Count > 0) Put(ref _out, 0) = Take(ref _held, ItemsMax);
    }

    /// <summary>What is to be sent now, in order.</summary>
    public IoVector* Gather(out int count)
    {
        count = 0;
        var skip = _sentOfFirst;
        for (var at = 0; at < _out.Count && count < PartsMax - 1; at++)
        {
            var item = &_items[(_out.First + at) % ItemsMax];
            if (skip < item->HeaderLength) _parts[count++] = IoVector.Of(item->Header + skip, item->HeaderLength - skip);
            var dataSkip = Math.Max(0, skip - item->HeaderLength);
            if (dataSkip < item->Length) _parts[count++] = IoVector.Of(item->Data + dataSkip, item->Length - dataSkip);
            skip = 0;
        }

        return _parts;
    }

    /// <summary>So many bytes have gone out.</summary>
    public void Sent(int bytes) => _sentOfFirst += bytes;

    /// <summary>The next piece whose bytes have all gone out, or None if the item had no piece. False: no more.</summary>
    public bool TryTakeSent(out int piece)
    {
        piece = NbdPool.None;
        if (_out.Count == 0) return false;
        var first = &_items[_out.First];
        if (_sentOfFirst < first->HeaderLength + first->Length) return false;
        _sentOfFirst -= first->HeaderLength + first->Length;
        piece = Take(ref _out, 0).Piece;
        return true;
    }

    /// <summary>Like <see cref="TryTakeSent"/>, of what will never be sent.</summary>
    public bool TryDrop(out int piece)
    {
        (_sentOfFirst, piece, Stream) = (0, NbdPool.None, NbdPool.None);
        if (_out.Count > 0) piece = Take(ref _out, 0).Piece;
        else if (_held.Count > 0) piece = Take(ref _held, ItemsMax).Piece;
        else return false;
        return true;
    }

    private ref Item Put(ref Ring ring, int from)
    {
        Invariant.Check(ring.Count < ItemsMax);
        return ref _items[from + ((ring.First + ring.Count++) % ItemsMax)];
    }

    private Item Take(ref Ring ring, int from)
    {
        var item = _items[from + ring.First];
        ring.First = (ring.First + 1) % ItemsMax;
        ring.Count--;
        return item;
    }

    private static void Set(ref Item item, ReadOnlySpan<byte> header, int piece, byte* data, int length)
    {
        fixed (byte* to = item.Header) header.CopyTo(new Span<byte>(to, NbdReply.BytesMax));
        (item.HeaderLength, item.Piece, item.Length) = (header.Length, piece, length);
        item.Data = data;
    }

    public void Dispose()
    {
        NativeMemory.Free(_items);
        NativeMemory.Free(_parts);
    }

    private struct Ring
    {
        public int First;
        public int Count;
    }

    private struct Item
    {
        public fixed byte Header[NbdReply.BytesMax];
        public int HeaderLength;
        public int Piece;
        public int Length;
        public byte* Data;
    }
}
