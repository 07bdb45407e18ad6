using System.Runtime.InteropServices;
using Appliance.Core.Replica;
using Appliance.Core.Replica.Wire;
using Appliance.Core.Time;
using Appliance.Drivers.Interop;
using Appliance.Drivers.IoLoop;

namespace Appliance.Drivers.PeerLink;

/// <summary>
/// A connection whose peer is proven. Receives small frames through one block, large payloads straight into their buffer; sends all that
/// is queued with one call, one call at a time. When it ends, buffers are given back only after the kernel has let go of them.
/// </summary>
internal sealed unsafe class FrameStream : IIoOwner, IDisposable
{
    private const ulong Receiving = 1;
    private const ulong Sending = 2;
    private const int BlockBytes = 256 << 10;
    private const int DirectMin = 16 << 10;

    /// <summary>How long the last words of an ended connection may take to leave.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(200);

    private readonly IoLoop.IoLoop _loop;
    private readonly PeerLink _link;
    private readonly Func<int, nint> _addressOf;
    private readonly FrameReader _reader;
    private readonly FrameWriter _writer = new();
    private readonly FrameQueue _queue;
    private readonly FrameCipher? _inCipher;
    private readonly FrameCipher? _outCipher;
    private readonly byte* _block = (byte*)NativeMemory.Alloc(BlockBytes);
    private readonly int _fd;
    private int _at;
    private int _length;
    private bool _isReceiving;
    private bool _isDirect;
    private bool _isSending;
    private bool _isStalled;
    private Instant? _closeAt;
    private bool _isShut;
    private bool _isDisposed;

    public FrameStream(
        IoLoop.IoLoop loop, PeerLink link, BlockBuffers buffers, Func<int, nint> addressOf, int fd, uint session, FrameCipher? inCipher,
        FrameCipher? outCipher)
    {
        (_loop, _link, _addressOf, _fd, Session) = (loop, link, addressOf, fd, session);
        (_inCipher, _outCipher) = (inCipher, outCipher);
        _reader = new FrameReader(buffers);
        _reader.Begin(inCipher);
        _writer.Begin(outCipher);
        _queue = new FrameQueue(buffers, addressOf, _writer);
    }

    public uint Session { get; }

    /// <summary>Nothing of it is used by the kernel any more.</summary>
    public bool IsGone => _isDisposed;

    public Instant? NextDeadline => _isShut ? null : _closeAt;

    /// <summary>Bytes are with the loop, on their way to the kernel.</summary>
    public bool IsSending => _isSending;

    /// <summary>Begins to receive; <paramref name="early"/>: bytes that came behind the greeting.</summary>
    public void Begin(ReadOnlySpan<byte> early)
    {
        early.CopyTo(new Span<byte>(_block, BlockBytes));
        (_at, _length) = (0, early.Length);
        Feed();
    }

    public void Send(in FrameHeader header, int buffer, BlockBuffers buffers)
    {
        if (_closeAt is null && !_queue.IsFull)
        {
            _queue.Add(header, buffer);
            return;
        }

        if (buffer != BlockBuffers.None) buffers.Release(buffer);
        if (_closeAt is null) _link.Ended(this, "the peer does not take what is sent to it");
    }

    /// <summary>After every turn: all that was queued goes out together.</summary>
    public void Turned(Instant now)
    {
        if (_isStalled && _closeAt is null) Feed();
        Pump();
        if (_closeAt is { } at && !_isShut && (now >= at || (_queue.IsEmpty && !_isSending))) Shut();
        if (_isShut) Vanish();
    }

    /// <summary>No frame is told any more; what is queued may still leave.</summary>
    public void Close(Instant now) => _closeAt ??= now + Linger;

    public void Done(ulong token, int result)
    {
        if (token == Sending)
        {
            _isSending = false;
            if (result > 0) _queue.Sent(result);
            else if (result is not (-Errno.EAGAIN or -Errno.EINTR)) Broken(result);
        }
        else
        {
            _isReceiving = false;
            Received(result);
        }

        if (_isShut) Vanish();
    }

    public void Dispose()
    {
        if (!_isShut) Shut();
        Vanish();
    }

    private void Received(int result)
    {
        if (result is -Errno.EAGAIN or -Errno.EINTR)
        {
            Receive();
            return;
        }

        if (result <= 0)
        {
            Broken(result);
            return;
        }

        if (_isDirect) _reader.Filled(result);
        else (_at, _length) = (0, result);
        _isDirect = false;
        Feed();
    }

    private void Feed()
    {
        _isStalled = false;
        var bytes = new ReadOnlySpan<byte>(_block + _at, _length - _at);
        while (_closeAt is null)
        {
            var step = _reader.Next(ref bytes);
            _at = _length - bytes.Length;
            switch (step)
            {
                case FrameStep.Frame:
                    _link.Heard(this, _reader.Header, _reader.TakeBuffer());
                    break;
                case FrameStep.NoBuffer:
                    _isStalled = true; // Tried again after the turn: the peer waits meanwhile.
                    return;
                case FrameStep.Fault:
                    _link.Ended(this, _reader.Fault);
                    return;
                default:
                    Receive();
                    return;
            }
        }
    }

    private void Receive()
    {
        if (_isShut || _isReceiving || _closeAt is not null) return;
        _isReceiving = true;
        _isDirect = _reader.Room != BlockBuffers.None && _reader.RoomLength >= DirectMin;
        if (_isDirect) _loop.Receive(this, Receiving, _fd, (byte*)_addressOf(_reader.Room) + _reader.RoomAt, _reader.RoomLength);
        else _loop.Receive(this, Receiving, _fd, _block, BlockBytes);
    }

    private void Pump()
    {
        if (_isSending || _isShut || _queue.IsEmpty) return;
        _isSending = true;
        var parts = _queue.Parts(out var count);
        _loop.Send(this, Sending, _fd, parts, count);
    }

    private void Broken(int result)
    {
        if (_closeAt is null)
            _link.Ended(this, result == 0 ? "the peer closed the connection" : $"the connection broke: {Errno.Words(-result)}");
        if (!_isShut) Shut();
    }

    private void Shut()
    {
        _isShut = true;
        PeerSocket.Shut(_fd);
        if (_isReceiving || _isSending) _loop.Cancel(_fd);
    }

    private void Vanish()
    {
        if (_isReceiving || _isSending || _isDisposed) return;
        _isDisposed = true;
        _reader.Drop();
        _queue.Dispose();
        _inCipher?.Dispose();
        _outCipher?.Dispose();
        NativeMemory.Free(_block);
        _ = Libc.close(_fd);
    }
}
