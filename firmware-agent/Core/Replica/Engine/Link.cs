using Appliance.Core.Replica.Wire;
using Appliance.Core.Time;

namespace Appliance.Core.Replica.Engine;

/// <summary>
/// The connection as the engine sees it: numbers what is sent, finds what an answer is for, notices silence.
/// <code>
///   StandAlone ──connect──▶ WFConnection ──link up──▶ WFReportParams ──histories agree──▶ Connected / Sync… / Verify…
///       ▲                        ▲                          │                                   │
///       └── disagree, refused ───┴────── link lost ─────────┴───────────────────────────────────┘
/// </code>
/// </summary>
internal sealed class Link(Volume volume)
{
    /// <summary>In the Aux of State: the sequence of the superblock stands above role and disk.</summary>
    public const int SequenceShift = 16;

    private const int Window = OperationPool.Max;

    /// <summary>A flush writes whatever a cache has gathered: a multiple of the time of a request.</summary>
    private const int FlushPatience = 4;
    private static readonly TimeSpan RetryMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryMax = TimeSpan.FromSeconds(30);
    private readonly Operation[] _taken = new Operation[Window];
    private readonly Operation?[] _asked = new Operation?[Window];
    private ulong _next = 1;
    private int _pending;
    private Instant _heardAt;
    private Instant _pingAt;
    private Instant? _retryAt;
    private TimeSpan _pause = RetryMin;
    private (ReplicaRole Role, DiskState Disk, ulong Term, ulong Sequence) _said;

    public ConnectionState State { get; private set; } = ConnectionState.StandAlone;

    public uint Session { get; private set; }

    /// <summary>Why there is no connection.</summary>
    public string Why { get; set; } = "not connected yet";

    public ReplicaRole PeerRole { get; set; } = ReplicaRole.Unknown;

    public DiskState PeerDisk { get; set; } = DiskState.DUnknown;

    /// <summary>Sent and not answered.</summary>
    public int Pending => _pending;

    public bool IsUp => State >= ConnectionState.WFReportParams;

    /// <summary>Histories agree: both work together.</summary>
    public bool IsEstablished => State is ConnectionState.Connected or >= ConnectionState.SyncSource;

    /// <summary>Writes are mirrored.</summary>
    public bool TakesWrites => IsEstablished && PeerDisk is >= DiskState.Inconsistent and not DiskState.DUnknown
        && (volume.Role == ReplicaRole.Primary || State == ConnectionState.SyncSource);

    /// <summary>The peer can be read from.</summary>
    public bool CanRead => IsEstablished && PeerDisk == DiskState.UpToDate;

    /// <summary>Since the peer was last heard on this connection.</summary>
    public TimeSpan Silence => volume.Now - _heardAt;

    /// <summary>No connection, or a ping is overdue on it.</summary>
    public bool IsSilent => !IsUp || Silence >= volume.Config.PingInterval * 1.5;

    public Instant NextDeadline => IsUp ? _pingAt : _retryAt ?? ReplicaEngine.Never;

    public void SetState(ConnectionState state)
    {
        if (State == state) return;
        var why = Why.Length > 0 && state < ConnectionState.WFReportParams ? $": {Why}" : "";
        volume.Tell(NewsKind.Notice, $"connection {State} -> {state}{why}");
        State = state;
    }

    public void Connect()
    {
        if (State != ConnectionState.StandAlone) return;
        Why = "waiting for the peer";
        SetState(ConnectionState.WFConnection);
        volume.Effects.Add(EffectKind.Connect);
    }

    public void Up(uint session)
    {
        if (IsUp) Lost("a newer connection took its place");
        (Session, _next, _heardAt, _pingAt, Why) = (session, 1, volume.Now, volume.Now + volume.Config.PingInterval, "");
        SetState(ConnectionState.WFReportParams);
        volume.Meeting.Begin();
    }

    public void Down(string why, bool final)
    {
        if (IsUp) Lost(why);
        Why = why;
        if (final) GiveUp(why);
    }

    /// <summary>Ends this connection; another one will be looked for.</summary>
    public void Drop(string why)
    {
        if (!IsUp) return;
        End(final: false);
        Lost(why);
    }

    /// <summary>Ends it and looks for no other: an operator is needed.</summary>
    public void GiveUp(string why)
    {
        End(final: true);
        if (IsUp) Lost(why);
        (Why, _retryAt) = (why, null);
        SetState(ConnectionState.StandAlone);
    }

    /// <summary>They cannot work together now; perhaps later, when an operator or the other side has done something.</summary>
    public void Pause(string why)
    {
        End(final: true);
        if (IsUp) Lost(why);
        (Why, _retryAt) = (why, volume.Now + _pause);
        _pause = _pause * 2 < RetryMax ? _pause * 2 : RetryMax;
    }

    /// <summary>Something has changed that may let them work together.</summary>
    public void RetryNow()
    {
        _pause = RetryMin;
        if (_retryAt is not null) _retryAt = volume.Now;
    }

    public void Heard(in FrameHeader header)
    {
        _heardAt = volume.Now;
        volume.Counters.Received += header.Length;
    }

    /// <summary>Pings; drops a peer that is silent, or that leaves a request unanswered.</summary>
    public void Tick()
    {
        if (!IsUp)
        {
            if (_retryAt is not { } at || volume.Now < at) return;
            _retryAt = null;
            volume.Effects.Add(EffectKind.Connect);
            return;
        }

        if (Silence >= volume.Config.PeerSilence)
        {
            Drop($"nothing heard from the peer for {Silence.TotalSeconds:0.0} s");
            return;
        }

        if (_pending > 0 && Oldest() is { } oldest && volume.Now - oldest >= volume.Config.RequestTimeout)
        {
            Drop($"the peer has left a request unanswered for {(volume.Now - oldest).TotalSeconds:0.0} s");
            return;
        }

        if (volume.Flushes.PeerSince is { } flush && volume.Now - flush >= volume.Config.RequestTimeout * FlushPatience)
        {
            Drop($"the peer has not flushed for {(volume.Now - flush).TotalSeconds:0.0} s");
            return;
        }

        if (volume.Now < _pingAt) return;
        _pingAt = volume.Now + volume.Config.PingInterval;
        Send(FrameKind.Ping, 0, aux: (ulong)volume.Now.SinceBoot.Ticks);
    }

    /// <summary>A write of a user to the peer as well.</summary>
    public void Mirror(Operation op)
    {
        var flags = (op.Fua ? FrameFlags.Fua : 0) | (op.Discard ? FrameFlags.Discard : 0);
        if (op.Kind == OpKind.FrontWrite) Ask(op, FrameKind.Write, 0, op.Length, op.Buffer, flags);
        else Ask(op, FrameKind.Zeroes, (ulong)op.Length, 0, BlockBuffers.None, flags);
    }

    /// <summary>Sends something that will be answered.</summary>
    public void Ask(
        Operation op, FrameKind kind, ulong aux, int length = 0, int buffer = BlockBuffers.None, FrameFlags flags = FrameFlags.None)
    {
        op.PeerPending = true;
        op.Sequence = _next++;
        Invariant.Check(_asked[op.Sequence % Window] is null);
        _asked[op.Sequence % Window] = op;
        _pending++;
        Send(kind, op.Sequence, op.Offset, aux, length, buffer, flags);
    }

    /// <summary>What an answer is for; null: nothing of this connection.</summary>
    public Operation? Answered(ulong sequence)
    {
        var op = _asked[sequence % Window];
        if (op is null || op.Sequence != sequence) return null;
        _asked[sequence % Window] = null;
        _pending--;
        return op;
    }

    /// <summary>Its answer was none.</summary>
    public void PutBack(Operation op)
    {
        op.PeerPending = true;
        _asked[op.Sequence % Window] = op;
        _pending++;
    }

    public Operation? Find(ulong sequence)
    {
        var op = _asked[sequence % Window];
        return op is not null && op.Sequence == sequence ? op : null;
    }

    /// <summary>Takes back every write that was sent and is not answered, in the order sent.</summary>
    public Operation[] TakeWrites(out int count)
    {
        count = 0;
        for (var at = 0; at < Window; at++)
        {
            if (_asked[at] is not { } op || op.Kind is not (OpKind.FrontWrite or OpKind.FrontZero)) continue;
            _asked[at] = null;
            _pending--;
            _taken[count++] = op;
        }

        return _taken;
    }

    public ulong SendFlush()
    {
        var sequence = _next++;
        var isBarrier = volume.Config.Protocol != Protocol.C && volume.Role == ReplicaRole.Primary;
        Send(isBarrier ? FrameKind.Barrier : FrameKind.Flush, sequence);
        return sequence;
    }

    public void SendAck(ulong sequence) => Send(FrameKind.Ack, sequence, aux: 1);

    public void Send(
        FrameKind kind, ulong sequence, long offset = 0, ulong aux = 0, int length = 0, int buffer = BlockBuffers.None,
        FrameFlags flags = FrameFlags.None)
    {
        if (!IsUp)
        {
            return;
        }

        if (buffer != BlockBuffers.None) volume.Buffers.Share(buffer);
        volume.Counters.Sent += length;
        ref var effect = ref volume.Effects.Add(EffectKind.Send);
        (effect.Session, effect.Buffer, effect.Length) = (Session, buffer, length);
        effect.Header = new FrameHeader(kind, flags, length, sequence, offset, aux);
    }

    /// <summary>Tells the peer what we are, if that has changed.</summary>
    public void SayState()
    {
        if (!IsEstablished) return;
        var now = (volume.Role, volume.Disk, volume.Term, volume.Super.Durable);
        if (now == _said) return;
        _said = now;
        Send(FrameKind.State, 0, (long)now.Term, (now.Durable << SequenceShift) | ((ulong)now.Role << 8) | (ulong)now.Disk);
    }

    /// <summary>The peer knows it from the meeting.</summary>
    public void StateSaid(ReplicaRole role, DiskState disk) => _said = (role, disk, volume.Term, volume.Super.Durable);

    private void End(bool final)
    {
        ref var effect = ref volume.Effects.Add(EffectKind.Disconnect);
        (effect.Session, effect.Final) = (Session, final);
    }

    private void Lost(string why)
    {
        var established = IsEstablished;
        Why = why;
        SetState(ConnectionState.WFConnection);
        _said = default;
        _pending = 0;
        var peerDisk = PeerDisk;
        (PeerRole, PeerDisk) = (ReplicaRole.Unknown, DiskState.DUnknown);
        volume.Failure.PeerLost(established, peerDisk, _asked);
    }

    private Instant? Oldest()
    {
        Instant? oldest = null;
        foreach (var op in volume.Operations.All)
            if (op.InUse && op.PeerPending && (oldest is null || op.Began < oldest)) oldest = op.Began;
        return oldest;
    }
}
