using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.History;
using Appliance.Core.Replica.Wire;
using Appliance.Core.Time;

namespace Appliance.Core.Replica.Engine;

/// <summary>
/// Copies marked blocks to the peer, ascending, in the order of the stream: a range is held from its read until its bytes are queued, so
/// a later write of a user always follows its copy. A mark goes only when the copy is stable there. One pass ends: what users write
/// meanwhile is mirrored and marks nothing.
/// </summary>
internal sealed class Source(Volume volume)
{
    private const int ChunksIdle = 32;
    private const int ChunksBusy = 2;
    private const int BlocksIdle = BlockBuffers.SlotBytes / Geometry.BlockBytes;
    private const int BlocksBusy = 8;
    private static readonly TimeSpan BusyFor = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);
    private readonly Pace _pace = new(volume.Config);
    private long _cursor;
    private int _underWay;
    private bool _sums;
    private bool _doneTold;
    private Instant _restsUntil;
    private bool _isRequested;
    private ulong _requestAfter;
    private ulong _flushAfter;

    public bool IsRunning { get; private set; }

    public long Total { get; private set; }

    public Instant BeganAt { get; private set; }

    public Pace Pace => _pace;

    /// <summary>When the pace allows the next chunk; null: not waiting for it.</summary>
    public Instant? NextDeadline => IsRunning && !_doneTold && _underWay == 0
        ? _restsUntil > volume.Now ? _restsUntil : _pace.NextAt(volume.Now) : null;

    /// <summary>Begins. <paramref name="sums"/>: compare first, most will be equal (after a crash).</summary>
    public void Begin(bool sums)
    {
        (IsRunning, _cursor, _underWay, _sums, _doneTold, _flushAfter) = (true, 0, 0, sums, false, 0);
        (Total, BeganAt) = (volume.Bitmap.Count, volume.Now);
        _pace.Begin(volume.Now);
        volume.Tell(NewsKind.Notice, $"resync begins: {Total * 4} KiB to {(sums ? "compare" : "copy")}");
        volume.Link.Send(FrameKind.ResyncBegin, 0, aux: (ulong)Total);
    }

    /// <summary>Asks a connected peer to be copied onto; begins when it has noted that.</summary>
    public void Request()
    {
        if (volume.Link.State != ConnectionState.Connected || _isRequested) return;
        (_isRequested, _requestAfter) = (true, volume.Flushes.Next);
        volume.Flushes.Want();
    }

    /// <summary>From the moment it is asked the peer's copy counts no more: what both had answered is stable here before.</summary>
    private bool Ask()
    {
        if (_requestAfter == 0 || volume.Flushes.Ended < _requestAfter) return false;
        _requestAfter = 0;
        if (volume.Link.State == ConnectionState.Connected) volume.Link.Send(FrameKind.ResyncBegin, 0, aux: (ulong)volume.Bitmap.Count);
        else _isRequested = false;
        return true;
    }

    public void ReadyHeard()
    {
        if (!_isRequested) return;
        _isRequested = false;
        volume.Link.PeerDisk = DiskState.Inconsistent;
        volume.Link.SetState(ConnectionState.SyncSource);
        Begin(false);
    }

    public void LinkLost()
    {
        if (IsRunning) volume.Pages.Want(); // What is done need not be done again.
        (IsRunning, _isRequested, _requestAfter) = (false, false, 0);
    }

    public bool Settle()
    {
        if (_requestAfter != 0) return Ask();
        if (!IsRunning || _doneTold || volume.Now < _restsUntil) return false;
        var any = false;
        var busy = volume.Front.Pending > 0 || volume.Now - volume.Front.LastAt < BusyFor;
        var (chunks, blocks) = busy ? (ChunksBusy, BlocksBusy) : (ChunksIdle, BlocksIdle);
        if (busy && _pace.Now(volume.Now) < volume.Config.ResyncMin) chunks *= 4;
        while (_underWay < chunks && !volume.Unstable.IsFull && _pace.May(volume.Now) && Next(blocks)) any = true;
        return any || End();
    }

    public void Claimed(Operation op)
    {
        if (!IsRunning || op.Session != volume.Link.Session) Abandon(op);
        else volume.Io.Read(op);
    }

    public void Read(Operation op, int result)
    {
        if (result < 0)
        {
            volume.Tell(NewsKind.Alarm, $"resync: {op.Length} bytes at {op.Offset} cannot be read (errno {-result}); they stay marked");
            Abandon(op);
            _restsUntil = volume.Now + Rest; // It will be tried again, but neither disk nor journal is to be flooded with it.
            volume.Failure.LocalDisk(-result, "a block to be copied cannot be read");
            return;
        }

        if (!IsRunning || op.Session != volume.Link.Session)
        {
            Abandon(op);
            return;
        }

        if (_sums) SendSums(op);
        else SendData(op);
    }

    /// <summary>Which blocks of a comparison differ.</summary>
    public void WantHeard(Operation op, ReadOnlySpan<byte> mask)
    {
        if (mask.IndexOfAnyExcept((byte)0) < 0) Copied(op, release: true);
        else SendData(op);
    }

    public void AckHeard(Operation op) => Copied(op, release: false);

    /// <summary>A request of ours that will not be answered: its blocks stay marked.</summary>
    public void Abandon(Operation op)
    {
        op.PeerPending = false;
        if (_underWay > 0) _underWay--;
        volume.Finish(op);
    }

    /// <summary>The target has noted the end.</summary>
    public void DoneHeard()
    {
        if (!IsRunning || !_doneTold) return;
        IsRunning = false;
        var super = volume.Super.Now;
        var history = super.Generations.Base == 0 ? super.Generations.History : super.Generations.History.Push(super.Generations.Base);
        volume.Super.Save(super with
        {
            Generations = super.Generations with { Base = 0, History = history, ValidBases = default },
            PeerCurrent = super.Generations.Current,
            Flags = super.Flags & ~(SuperblockFlags.PeerOutdated | SuperblockFlags.FullSync),
        });
        volume.Pages.Want();
        volume.Link.PeerDisk = DiskState.UpToDate;
        volume.Link.SetState(ConnectionState.Connected);
        var seconds = Math.Max(0.001, (volume.Now - BeganAt).TotalSeconds);
        volume.Tell(NewsKind.Notice, $"resync done: {Total * 4} KiB in {seconds:0.0} s, {Total * 4 / seconds:0} KiB/s");
    }

    private bool Next(int blocks)
    {
        if (!volume.Bitmap.TryNext(_cursor, blocks, out var first, out var count)) return false;
        var length = (int)Math.Min((long)count * Geometry.BlockBytes, volume.Size - (first * Geometry.BlockBytes));
        if (length <= 0 || !volume.Buffers.TryTake(BufferUse.Background, out var buffer)) return false;
        var op = volume.Operations.Take(OpKind.CopySource, first * Geometry.BlockBytes, length, buffer, volume.Now);
        if (op is null)
        {
            volume.Buffers.Release(buffer);
            return false;
        }

        op.Session = volume.Link.Session;
        _cursor = first + count;
        _underWay++;
        _pace.Took(volume.Now, length);
        if (volume.Claims.TryTake(op)) Claimed(op);
        return true;
    }

    private void SendSums(Operation op)
    {
        if (!volume.Buffers.TryTake(BufferUse.Background, out op.Extra))
        {
            op.Extra = BlockBuffers.None;
            SendData(op); // Copying is always right.
            return;
        }

        var length = BlockSums.Write(volume.Buffers.Of(op.Buffer, op.Length), volume.Buffers[op.Extra]);
        volume.Link.Ask(op, FrameKind.ResyncSums, (ulong)op.Length, length, op.Extra);
    }

    private void SendData(Operation op)
    {
        if (volume.Buffers.Of(op.Buffer, op.Length).IndexOfAnyExcept((byte)0) < 0)
            volume.Link.Ask(op, FrameKind.ResyncZero, (ulong)op.Length);
        else volume.Link.Ask(op, FrameKind.ResyncData, 0, op.Length, op.Buffer);
        volume.Claims.Release(op); // What a user writes from now on follows in the stream.
    }

    private void Copied(Operation op, bool release)
    {
        Invariant.Check(!op.PeerPending || release);
        op.PeerPending = false;
        _underWay--;
        volume.Unstable.Add(op.FirstBlock, (int)op.Blocks, copied: true);
        volume.Finish(op);
    }

    /// <summary>All is sent: flush, then the marks are gone, or another round begins.</summary>
    private bool End()
    {
        if (_underWay > 0 || volume.Bitmap.TryNext(_cursor, 1, out _, out _)) return false;
        if (volume.Bitmap.Count > 0 && _flushAfter == 0)
        {
            _flushAfter = volume.Flushes.Next;
            volume.Flushes.Want();
            return true;
        }

        if (volume.Bitmap.Count > 0)
        {
            if (volume.Flushes.Ended < _flushAfter)
            {
                if (volume.Flushes.IsBusy) return false;
                volume.Flushes.Want();
                return true;
            }

            (_cursor, _flushAfter) = (0, 0);
            return true;
        }

        if (volume.Super.IsBusy) return false;
        _doneTold = true;
        SendDone();
        return true;
    }

    private void SendDone()
    {
        if (!volume.Buffers.TryTake(BufferUse.Metadata, out var buffer))
        {
            _doneTold = false;
            return;
        }

        var length = GenerationsText.Write(volume.Generations, volume.Buffers[buffer]);
        volume.Link.Send(FrameKind.ResyncDone, 0, 0, 0, length, buffer);
        volume.Buffers.Release(buffer);
    }
}
