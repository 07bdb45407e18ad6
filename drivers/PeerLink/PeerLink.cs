using System.Security.Cryptography;
using Appliance.Core.Replica;
using Appliance.Core.Replica.Wire;
using Appliance.Core.Time;
using Appliance.Drivers.Interop;
using Appliance.Drivers.IoLoop;

namespace Appliance.Drivers.PeerLink;

/// <summary>
/// The one TCP connection between two replicas. Node 0 listens, node 1 dials, again and again until it is told to stop. A peer that proves
/// itself anew takes the place of the connection before: that one is dead, whatever the kernel thinks. All on the loop's thread.
/// <code>
///   Stopped ──Connect──▶ Seeking ──connected──▶ greeting ──proven──▶ Linked
///      ▲                    ▲  │                    │ refused three times: final         │
///      └── final ───────────┴──┴────────────────────┴────────────────── lost ────────────┘
/// </code>
/// </summary>
public sealed unsafe class PeerLink : IIoOwner, IDisposable
{
    private const int HalfOpenMax = 4;
    private const int RefusalsMax = 3;
    private const int ListenRetryMs = 500;

    private readonly IoLoop.IoLoop _loop;
    private readonly PeerLinkConfig _config;
    private readonly BlockBuffers _buffers;
    private readonly Func<int, nint> _addressOf;
    private readonly IPeerLinkOwner _owner;
    private readonly Func<Instant> _clock;
    private readonly List<HalfOpen> _half = [];
    private readonly List<FrameStream> _ended = [];
    private FrameStream? _stream;
    private uint _session;
    private bool _wanted;
    private int _listener = -1;
    private bool _isAccepting;
    private int _refusals;
    private TimeSpan _pause;
    private Instant _retryAt;
    private string _lastWords = "";
    private bool _strangerTold;

    /// <param name="addressOf">Address of a buffer's first byte.</param>
    /// <param name="clock">The boot clock.</param>
    public PeerLink(
        IoLoop.IoLoop loop, PeerLinkConfig config, BlockBuffers buffers, Func<int, nint> addressOf, IPeerLinkOwner owner,
        Func<Instant> clock)
    {
        (_loop, _config, _buffers, _addressOf, _owner, _clock) = (loop, config, buffers, addressOf, owner, clock);
        _pause = config.RetryMin;
    }

    /// <summary>When <see cref="Turned"/> is due at the latest.</summary>
    public Instant NextDeadline
    {
        get
        {
            var next = Instant.FromMilliseconds(long.MaxValue >> 16);
            if (_wanted && _stream is null && _half.Count == 0 && (_config.Greeting.Node == 1 || _listener < 0)) next = _retryAt;
            foreach (var half in _half)
                if (half.Deadline < next) next = half.Deadline;
            foreach (var stream in _ended)
                if (stream.NextDeadline is { } at && at < next) next = at;
            return next;
        }
    }

    /// <summary>Frames are with the loop, on their way to the kernel.</summary>
    public bool IsSending => _stream is { IsSending: true };

    /// <summary>Seeks the peer from now on.</summary>
    public void Connect()
    {
        (_wanted, _refusals, _pause, _retryAt, _lastWords) = (true, 0, _config.RetryMin, _clock(), "");
        Seek();
    }

    /// <summary>Ends a connection after its last words have left; with <paramref name="final"/> no other one is sought.</summary>
    public void Disconnect(uint session, bool final)
    {
        if (_stream is { } stream && stream.Session == session) Leave(stream);
        if (!final) return;
        _wanted = false;
        foreach (var half in _half) half.Over(keepSocket: false);
        CloseListener();
    }

    /// <summary>Queues a frame; it leaves after this turn. Takes one share of the buffer, whose first bytes are the payload.</summary>
    public void Send(uint session, in FrameHeader header, int buffer)
    {
        if (_stream is { } stream && stream.Session == session) stream.Send(header, buffer, _buffers);
        else if (buffer != BlockBuffers.None) _buffers.Release(buffer);
    }

    /// <summary>After every turn of the loop.</summary>
    public void Turned(Instant now)
    {
        _stream?.Turned(now);
        for (var at = _ended.Count - 1; at >= 0; at--)
        {
            _ended[at].Turned(now);
            if (_ended[at].IsGone) _ended.RemoveAt(at);
        }

        for (var at = _half.Count - 1; at >= 0; at--)
        {
            if (now >= _half[at].Deadline) Failed(_half[at], "the greeting takes too long");
            if (_half[at].IsGone) _half.RemoveAt(at);
        }

        if (_wanted && _stream is null && now >= _retryAt) Seek();
    }

    public void Dispose()
    {
        Disconnect(_session, final: true);
        _stream?.Dispose();
        foreach (var stream in _ended) stream.Dispose();
    }

    /// <summary>A connection came in.</summary>
    void IIoOwner.Done(ulong token, int result)
    {
        _isAccepting = false;
        if (result >= 0)
        {
            if (_wanted && IsFromPeer(result)) Called(result);
            else _ = Libc.close(result);
        }

        if (_wanted && result is >= 0 or -Errno.EAGAIN or -Errno.EINTR or -Errno.ECONNABORTED) Accept();
        else
        {
            CloseListener();
            _retryAt = _clock() + _config.RetryMin;
        }
    }

    private void Called(int fd)
    {
        // The oldest makes room: a flood of silent strangers does not keep the peer out for the length of a greeting.
        if (_half.Count >= HalfOpenMax) Failed(_half[0], "too many connections are being made at a time");
        _half.RemoveAll(half => half.IsGone);
        _half.Add(new HalfOpen(_loop, this, NewGreeting(), fd, isConnecting: false, _clock() + _config.GreetingMax));
    }

    /// <summary>A stranger must neither use up the peer's refusals nor its places.</summary>
    private bool IsFromPeer(int fd)
    {
        if (_config.Caller is not { } caller || PeerSocket.CallerOf(fd) is not { } address || address.Equals(caller)) return true;
        if (_stream is null && !_strangerTold)
        {
            _strangerTold = true; // Once: whoever calls often must not fill the journal.
            Tell($"{address} dials here, but the peer is {caller}: hung up");
        }

        return false;
    }

    internal void Accepted(HalfOpen half)
    {
        if (!_wanted)
        {
            half.Over(keepSocket: false);
            return;
        }

        var (greeting, fd) = (half.Greeting, half.Fd);
        half.Over(keepSocket: true);
        if (_stream is { } old)
        {
            Leave(old);
            _owner.LinkDown(old.Session, "a newer connection of the peer took its place", final: false);
        }

        (_refusals, _pause, _lastWords, _strangerTold) = (0, _config.RetryMin, "", false);
        var node = _config.Greeting.Node;
        _stream = new FrameStream(_loop, this, _buffers, _addressOf, fd, ++_session, greeting.Cipher(1 - node), greeting.Cipher(node));
        var stream = _stream;
        _owner.LinkUp(stream.Session);
        stream.Begin([]);
    }

    /// <summary>The peer is another one than expected, or has another key.</summary>
    internal void Refused(HalfOpen half, string words)
    {
        half.Over(keepSocket: false);
        Later();
        // While a proven peer is there, whoever else fails is a stranger: a stranger must not end a link.
        if (_stream is not null || ++_refusals < RefusalsMax)
        {
            Tell(words);
            return;
        }

        Disconnect(0, final: true);
        _owner.LinkDown(0, words, final: true);
    }

    /// <summary>It did not come to a greeting.</summary>
    internal void Failed(HalfOpen half, string words)
    {
        half.Over(keepSocket: false);
        Later();
        if (_stream is null) Tell(words);
    }

    internal void Heard(FrameStream stream, in FrameHeader header, int buffer)
    {
        if (stream == _stream) _owner.Frame(stream.Session, header, buffer);
        else if (buffer != BlockBuffers.None) _buffers.Release(buffer);
    }

    /// <summary>A connection broke, or what came over it cannot be.</summary>
    internal void Ended(FrameStream stream, string words)
    {
        if (stream != _stream) return;
        Leave(stream);
        _retryAt = _clock();
        _owner.LinkDown(stream.Session, words, final: false);
    }

    private void Leave(FrameStream stream)
    {
        stream.Close(_clock());
        _ended.Add(stream);
        if (_stream == stream) _stream = null;
    }

    private void Later()
    {
        _retryAt = _clock() + _pause;
        _pause = _pause * 2 < _config.RetryMax ? _pause * 2 : _config.RetryMax;
    }

    /// <summary>The same words are told once.</summary>
    private void Tell(string words)
    {
        if (words == _lastWords) return;
        _lastWords = words;
        _owner.LinkDown(0, words, final: false);
    }

    private void Seek()
    {
        if (_config.Greeting.Node == 0) Listen();
        else if (_half.Count == 0) Dial();
    }

    private void Listen()
    {
        if (_listener >= 0) return;
        _listener = PeerSocket.Listen(_config.Own!);
        if (_listener >= 0)
        {
            Accept();
            return;
        }

        Tell($"cannot listen on {_config.Own}: {Errno.Words(-_listener)}");
        _retryAt = _clock() + TimeSpan.FromMilliseconds(ListenRetryMs);
    }

    private void Accept()
    {
        if (_isAccepting || _listener < 0) return;
        _isAccepting = true;
        _loop.Accept(this, 0, _listener);
    }

    private void CloseListener()
    {
        if (_listener < 0) return;
        if (_isAccepting)
        {
            PeerSocket.Shut(_listener);
            _loop.Cancel(_listener);
            return; // Closed when the accept has ended.
        }

        _ = Libc.close(_listener);
        _listener = -1;
    }

    private void Dial()
    {
        var fd = PeerSocket.Dial(_config.Own, _config.Peer!);
        if (fd >= 0) _half.Add(new HalfOpen(_loop, this, NewGreeting(), fd, isConnecting: true, _clock() + _config.GreetingMax));
        else
        {
            Tell($"cannot dial {_config.Peer}: {Errno.Words(-fd)}");
            Later();
        }
    }

    private Greeting NewGreeting() => new(_config.Greeting, RandomNumberGenerator.GetBytes(Greeting.NonceBytes));
}
