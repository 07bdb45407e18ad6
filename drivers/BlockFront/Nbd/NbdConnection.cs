using Appliance.Core;
using Appliance.Drivers.BlockDisk;
using Appliance.Drivers.Interop;
using Appliance.Drivers.IoLoop;

namespace Appliance.Drivers.BlockFront.Nbd;

/// <summary>
/// One client. Bytes come in as many at a time as there are; payloads go to the buffers, large ones without a copy. Nothing is received
/// while the client has too much under way or while a write waits for a buffer.
/// <code>
///   handshake ──▶ requests ──disconnect, end of file, Withdraw──▶ ending ──all answered and sent──▶ closed
///       └─────────────┴───────────nonsense, broken socket───────▶ dead ────all answered─────────────┘
/// </code>
/// </summary>
internal sealed unsafe class NbdConnection : IIoOwner, IDisposable
{
    /// <summary>Requests under way at a time; the kernel's client has at most 128.</summary>
    public const int CallsMax = 128;

    private const int InputBytes = 256 << 10;
    private const int RoomMin = 64 << 10;
    private const int UnsentMax = 512;
    private const ulong ReceiveToken = 1;
    private const ulong SendToken = 2;

    private readonly NbdServer _server;
    private readonly NbdIntake _intake;
    private readonly NbdHandshake? _handshake;
    private readonly AlignedMemory _input = new(InputBytes);
    private readonly AlignedMemory _options = new(NbdHandshake.ReplyBytesMax);
    private readonly int _socket;
    private int _begin;
    private int _end;
    private int _calls;
    private bool _receiving;
    private bool _direct;
    private bool _sending;
    private bool _ending;

    /// <param name="socket">Connected; closed by this connection.</param>
    /// <param name="export">What to negotiate about; null: the handshake is over.</param>
    public NbdConnection(NbdServer server, int number, int socket, NbdExport? export)
    {
        (_server, Number, _socket) = (server, number, socket);
        _intake = new NbdIntake(server.Pool, server.Work, this);
        if (export is null) return;
        _handshake = new NbdHandshake(export);
        Say(NbdHandshake.Greet(_options.GetSpan()));
    }

    /// <summary>Among the server's connections.</summary>
    public int Number { get; }

    public NbdSender Sender { get; } = new();

    public NbdSession Session { get; private set; }

    /// <summary>Nothing more can be sent.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Waits for a buffer for a write.</summary>
    public bool Queued { get; set; }

    /// <summary>That its requests hold.</summary>
    public int Buffers { get; set; }

    /// <summary>Began with a handshake.</summary>
    public bool IsTool => _handshake is not null;

    /// <summary>When the answers that are under way began to be sent, milliseconds since boot; no answers: never.</summary>
    public long SendingSince { get; private set; } = long.MaxValue;

    private bool InHandshake => _handshake is { Phase: not NbdPhase.Transmission };

    private int Input => _end - _begin;

    private bool IsFull => _calls >= CallsMax || Sender.Count >= UnsentMax;

    public void CallEnded() => _calls--;

    /// <summary>No new requests; closes when all is answered.</summary>
    public void End()
    {
        if (_ending) return;
        _ending = true;
        AbandonWrite();
        if (InHandshake && _handshake!.Phase != NbdPhase.Closed) Abort();
        if (_receiving) _server.Loop.Cancel(_socket);
    }

    /// <summary>Ends without another byte.</summary>
    public void Abort()
    {
        if (IsDead) return;
        (IsDead, _ending) = (true, true);
        AbandonWrite();
        if (_receiving || _sending) _server.Loop.Cancel(_socket);
        if (!_sending) DropUnsent();
        _server.Work.EndAll(this);
    }

    /// <summary>Not while the kernel may still put bytes into its buffer.</summary>
    private void AbandonWrite()
    {
        if (!_receiving || !_direct) _intake.Abandon();
    }

    /// <summary>Begins what can be begun. True: it is closed.</summary>
    public bool Settle(bool send)
    {
        if (send && !_sending && !IsDead && Sender.IsDue) Send();
        if (!_ending && !_receiving) Receive();
        if (!_ending || _receiving || _sending || _calls > 0 || Queued || (!IsDead && !Sender.IsEmpty)) return false;
        Dispose();
        return true;
    }

    /// <summary>When neither the kernel nor the replica has anything of it any more.</summary>
    public void Dispose()
    {
        _ = Libc.close(_socket);
        Sender.Dispose();
        ((IDisposable)_input).Dispose();
        ((IDisposable)_options).Dispose();
    }

    private void Receive()
    {
        if (_intake.WantsDirect(Input, out var to, out var length))
        {
            _direct = true;
            _receiving = true;
            _server.Loop.Receive(this, ReceiveToken, _socket, to, length);
            return;
        }

        if (Queued || (!InHandshake && IsFull)) return;
        if (_begin == _end) (_begin, _end) = (0, 0);
        if (InputBytes - _end < RoomMin && _begin > 0)
        {
            _input.GetSpan()[_begin.._end].CopyTo(_input.GetSpan());
            (_begin, _end) = (0, _end - _begin);
        }

        if (_end == InputBytes) return;
        (_direct, _receiving) = (false, true);
        _server.Loop.Receive(this, ReceiveToken, _socket, _input.Address + _end, InputBytes - _end);
    }

    private void Send()
    {
        var parts = Sender.Gather(out var count);
        if (count == 0) return;
        (_sending, SendingSince) = (true, Environment.TickCount64);
        _server.Loop.Send(this, SendToken, _socket, parts, count);
    }

    /// <inheritdoc/>
    public void Done(ulong token, int result)
    {
        _server.Enter();
        if (token == ReceiveToken) Received(result);
        else Sent(result);
        _server.Leave();
    }

    private void Received(int result)
    {
        _receiving = false;
        if (_ending) AbandonWrite();
        if (IsDead) return;
        if (result is -Errno.EINTR or -Errno.EAGAIN) return;
        if (result <= 0)
        {
            // A client that only ended its side still gets its answers.
            if (result == 0 || _ending) End();
            else Abort();
            return;
        }

        if (_ending) return;
        if (_direct) _intake.Filled(result);
        else _end += result;
        Parse();
    }

    private void Sent(int result)
    {
        (_sending, SendingSince) = (false, long.MaxValue);
        if (result > 0)
        {
            Sender.Sent(result);
            while (Sender.TryTakeSent(out var piece))
                if (piece != NbdPool.None) _server.Work.Release(piece);
        }

        if (IsDead) DropUnsent();
        else if (result <= 0 && result is not (-Errno.EINTR or -Errno.EAGAIN)) Abort();
    }

    private void DropUnsent()
    {
        while (Sender.TryDrop(out var piece))
            if (piece != NbdPool.None) _server.Work.Release(piece);
    }

    /// <summary>Understands what has come, as far as it can be served now. True: something was.</summary>
    public bool Parse()
    {
        var before = _begin;
        while (!_ending && TryStep())
        {
        }

        return _begin != before;
    }

    private bool TryStep()
    {
        if (_begin == _end && !_intake.IsReady) return false;
        if (InHandshake) return Negotiate();
        if (_intake.IsBusy)
        {
            _begin += _intake.Take(_input.GetSpan()[_begin.._end]);
            return !_intake.IsBusy;
        }

        if (Input < NbdRequest.Bytes || IsFull) return false;
        if (!NbdRequest.TryDecode(_input.GetSpan()[_begin.._end], out var request) || request.Payload > NbdProtocol.PayloadBytesMax)
        {
            Abort();
            return false;
        }

        _begin += NbdRequest.Bytes;
        _server.Heard();
        Obey(request);
        return true;
    }

    private bool Negotiate()
    {
        if (!Sender.IsEmpty) return false; // One answer after the other, so that a flood of options needs no memory.
        var length = _handshake!.Step(_input.GetSpan()[_begin.._end], _options.GetSpan(), out var consumed);
        _begin += consumed;
        if (length > 0) Say(length);
        if (_handshake.Phase == NbdPhase.Transmission) Session = _handshake.Session;
        if (_handshake.Phase == NbdPhase.Closed) End();
        return consumed > 0;
    }

    private void Say(int length) => Sender.Add(default, NbdPool.None, _options.Address, length);

    private void Obey(in NbdRequest request)
    {
        var error = NbdRules.Check(request, _server.Size, _server.IsReadOnly, _server.IsZeroFast, Session);
        if (request.Command == NbdCommand.Write) _calls += _intake.Begin(request, error);
        else if (request.Command == NbdCommand.Disconnect) End();
        else if (error != NbdError.None || request.Command == NbdCommand.BlockStatus) NbdAnswers.Reply(this, request, error);
        else
        {
            _calls++;
            _server.Work.Begin(this, request);
        }
    }
}
