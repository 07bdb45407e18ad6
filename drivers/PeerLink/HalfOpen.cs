using System.Runtime.InteropServices;
using Appliance.Core.Replica.Wire;
using Appliance.Core.Time;
using Appliance.Drivers.Interop;
using Appliance.Drivers.IoLoop;

namespace Appliance.Drivers.PeerLink;

/// <summary>A connection whose peer has not proven itself: little memory, little time, and nothing of it reaches the engine.</summary>
internal sealed unsafe class HalfOpen : IIoOwner
{
    private const ulong Connecting = 1;
    private const ulong Receiving = 2;
    private const ulong Sending = 3;
    private const int RoomBytes = 4096;

    private readonly IoLoop.IoLoop _loop;
    private readonly PeerLink _link;
    private readonly Greeting _greeting;
    private readonly byte* _in = (byte*)NativeMemory.Alloc(RoomBytes);
    private readonly byte* _out = (byte*)NativeMemory.Alloc(RoomBytes);
    private readonly IoVector* _part = (IoVector*)NativeMemory.Alloc((nuint)sizeof(IoVector));
    private int _received;
    private int _queued;
    private int _sent;
    private int _running;
    private bool _isSending;
    private bool _isOver;

    /// <param name="isConnecting">Was dialled and is not connected yet.</param>
    public HalfOpen(IoLoop.IoLoop loop, PeerLink link, Greeting greeting, int fd, bool isConnecting, Instant deadline)
    {
        (_loop, _link, _greeting, Fd, Deadline) = (loop, link, greeting, fd, deadline);
        if (isConnecting)
        {
            _running++;
            loop.Poll(this, Connecting, fd, PollFd.Out);
        }
        else Begin();
    }

    public int Fd { get; }

    public Instant Deadline { get; }

    public Greeting Greeting => _greeting;

    /// <summary>What came behind the proof.</summary>
    public ReadOnlySpan<byte> Early => new(_in, _received);

    /// <summary>It was handed on or given up, and the kernel has let go of its memory.</summary>
    public bool IsGone { get; private set; }

    private bool _keepsSocket;

    public void Done(ulong token, int result)
    {
        _running--;
        if (token == Sending) _isSending = false;
        if (!_isOver)
        {
            if (token == Connecting) Connected(result);
            else if (token == Sending) SentOut(result);
            else Received(result);
        }

        Vanish();
    }

    /// <summary>Ends it. With <paramref name="keepSocket"/> the descriptor belongs to somebody else now.</summary>
    public void Over(bool keepSocket)
    {
        if (_isOver) return;
        (_isOver, _keepsSocket) = (true, keepSocket);
        if (!keepSocket) PeerSocket.Shut(Fd);
        if (_running > 0) _loop.Cancel(Fd);
        Vanish();
    }

    private void Connected(int result)
    {
        var errno = result < 0 ? -result : PeerSocket.Outcome(Fd);
        if (errno != 0) _link.Failed(this, $"the peer cannot be reached: {Errno.Words(errno)}");
        else Begin();
    }

    private void Begin()
    {
        PeerSocket.Prepare(Fd);
        _queued = _greeting.Begin(new Span<byte>(_out, RoomBytes));
        Send();
        Receive();
    }

    private void Send()
    {
        if (_isSending || _sent == _queued) return;
        _isSending = true;
        _running++;
        *_part = IoVector.Of(_out + _sent, _queued - _sent);
        _loop.Send(this, Sending, Fd, _part, 1);
    }

    private void SentOut(int result)
    {
        if (result > 0) _sent += result;
        else if (result is not (-Errno.EAGAIN or -Errno.EINTR))
        {
            _link.Failed(this, $"the greeting could not be sent: {Errno.Words(-result)}");
            return;
        }

        Send();
        Judge();
    }

    private void Receive()
    {
        _running++;
        // Not a byte more than this frame: what follows may be large and belongs to the stream.
        _loop.Receive(this, Receiving, Fd, _in + _received, Wanted() - _received);
    }

    private int Wanted()
    {
        if (_received < FrameText.HeaderBytes) return FrameText.HeaderBytes;
        var fault = FrameText.Read(new ReadOnlySpan<byte>(_in, FrameText.HeaderBytes), out var header, out _);
        return fault is null ? FrameText.HeaderBytes + header.Length : FrameText.HeaderBytes;
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
            _link.Failed(this, result == 0 ? "the peer hung up during the greeting" : $"the greeting broke: {Errno.Words(-result)}");
            return;
        }

        _received += result;
        var bytes = new ReadOnlySpan<byte>(_in, _received);
        if (_received < FrameText.HeaderBytes)
        {
            Receive();
            return;
        }

        var fault = FrameText.Read(bytes, out var header, out var checksum);
        if (fault is null && !FrameRules.IsGreeting(header.Kind)) fault = "it does not greet";
        if (fault is not null)
        {
            _link.Failed(this, $"what connected is no replica: {fault}");
            return;
        }

        if (_received < FrameText.HeaderBytes + header.Length)
        {
            Receive();
            return;
        }

        var payload = bytes[FrameText.HeaderBytes..];
        if (FrameText.Checksum(payload) != checksum)
        {
            _link.Failed(this, "a greeting was damaged on its way");
            return;
        }

        _received = 0;
        _queued += _greeting.Heard(header, payload, new Span<byte>(_out + _queued, RoomBytes - _queued));
        Send();
        Judge();
        if (!_isOver && _greeting.State is GreetingState.Hello or GreetingState.Proof) Receive();
    }

    /// <summary>It is over when the last word has also left.</summary>
    private void Judge()
    {
        if (_isOver || _sent < _queued || _isSending) return;
        switch (_greeting.State)
        {
            case GreetingState.Accepted: _link.Accepted(this); break;
            case GreetingState.Refused: _link.Refused(this, _greeting.Words); break;
            case GreetingState.Garbage: _link.Failed(this, "what connected does not greet as a replica does"); break;
            default: break;
        }
    }

    private void Vanish()
    {
        if (!_isOver || _running > 0 || IsGone) return;
        IsGone = true;
        NativeMemory.Free(_in);
        NativeMemory.Free(_out);
        NativeMemory.Free(_part);
        if (!_keepsSocket) _ = Libc.close(Fd);
    }
}
