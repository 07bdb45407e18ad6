using System.Runtime.InteropServices;
using Appliance.Core;
using Appliance.Core.Replica;
using Appliance.Core.Replica.Wire;
using Appliance.Drivers.IoLoop;

namespace Appliance.Drivers.PeerLink;

/// <summary>Frames on their way out: headers in a block of their own, payloads where they are. One sendmsg takes all that fit. Fixed in
/// size; allocates nothing.</summary>
internal sealed unsafe class FrameQueue : IDisposable
{
    private const int Max = 1 << 14;
    private const int PartsMax = 1024;
    private const int SealedBytes = 1 << 20;
    private const int SealedFrameMax = FrameText.HeaderBytes + BlockBuffers.SlotBytes + FrameCipher.TagBytes;

    private readonly BlockBuffers _buffers;
    private readonly Func<int, nint> _addressOf;
    private readonly FrameWriter _writer;
    private readonly (FrameHeader Header, int Buffer)[] _entries = new (FrameHeader, int)[Max];
    private readonly byte* _heads = (byte*)NativeMemory.Alloc(Max, FrameText.HeaderBytes);
    private readonly byte* _sealed;
    private readonly IoVector* _parts = (IoVector*)NativeMemory.Alloc(PartsMax, (nuint)sizeof(IoVector));
    private uint _put;
    private uint _taken;
    private int _sent;
    private int _sealedLength;

    public FrameQueue(BlockBuffers buffers, Func<int, nint> addressOf, FrameWriter writer)
    {
        (_buffers, _addressOf, _writer) = (buffers, addressOf, writer);
        _sealed = writer.IsSealing ? (byte*)NativeMemory.Alloc(SealedBytes) : null;
    }

    public bool IsEmpty => _put == _taken && _sealedLength == 0;

    /// <summary>No more can be taken: the peer does not take what was sent.</summary>
    public bool IsFull => _put - _taken == Max;

    /// <summary>Takes a frame and one share of its buffer.</summary>
    public void Add(in FrameHeader header, int buffer)
    {
        Invariant.Check(!IsFull);
        var at = _put & (Max - 1);
        _entries[at] = (header, buffer);
        if (!_writer.IsSealing)
        {
            var payload = buffer == BlockBuffers.None ? default : _buffers.Of(buffer, header.Length);
            FrameWriter.Write(header, payload, new Span<byte>(_heads + (at * FrameText.HeaderBytes), FrameText.HeaderBytes));
        }

        _put++;
    }

    /// <summary>What to send now; the array and all it points to stay until <see cref="Sent"/>.</summary>
    public IoVector* Parts(out int count)
    {
        if (_writer.IsSealing) return SealedParts(out count);
        count = 0;
        var skip = _sent;
        for (var at = _taken; at != _put && count + 2 <= PartsMax; at++)
        {
            ref var entry = ref _entries[at & (Max - 1)];
            Part(_heads + ((at & (Max - 1)) * FrameText.HeaderBytes), FrameText.HeaderBytes, ref skip, ref count);
            if (entry.Header.Length > 0) Part((byte*)_addressOf(entry.Buffer), entry.Header.Length, ref skip, ref count);
        }

        return _parts;
    }

    /// <summary>So many bytes have left.</summary>
    public void Sent(int bytes)
    {
        _sent += bytes;
        if (_writer.IsSealing)
        {
            if (_sent == _sealedLength) (_sent, _sealedLength) = (0, 0);
            return;
        }

        while (_taken != _put)
        {
            var length = FrameText.HeaderBytes + _entries[_taken & (Max - 1)].Header.Length;
            if (_sent < length) return;
            _sent -= length;
            Release();
        }
    }

    /// <summary>Gives back the shares of what will not be sent. Nothing may be under way.</summary>
    public void Clear()
    {
        while (_taken != _put) Release();
        (_sent, _sealedLength) = (0, 0);
    }

    public void Dispose()
    {
        Clear();
        NativeMemory.Free(_heads);
        NativeMemory.Free(_sealed);
        NativeMemory.Free(_parts);
    }

    private IoVector* SealedParts(out int count)
    {
        if (_sealedLength == 0)
        {
            for (; _taken != _put && _sealedLength + SealedFrameMax <= SealedBytes; Release())
            {
                var (header, buffer) = _entries[_taken & (Max - 1)];
                var payload = buffer == BlockBuffers.None ? default : _buffers.Of(buffer, header.Length);
                _sealedLength += _writer.Seal(header, payload, new Span<byte>(_sealed + _sealedLength, SealedFrameMax));
            }
        }

        (count, _parts[0]) = (1, IoVector.Of(_sealed + _sent, _sealedLength - _sent));
        return _parts;
    }

    private void Part(byte* bytes, int length, ref int skip, ref int count)
    {
        if (skip >= length)
        {
            skip -= length;
            return;
        }

        _parts[count++] = IoVector.Of(bytes + skip, length - skip);
        skip = 0;
    }

    private void Release()
    {
        var buffer = _entries[_taken++ & (Max - 1)].Buffer;
        if (buffer != BlockBuffers.None) _buffers.Release(buffer);
    }
}
