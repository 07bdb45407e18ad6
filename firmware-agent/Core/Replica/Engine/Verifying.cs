using Appliance.Core.Replica.Wire;
using Appliance.Core.Time;

namespace Appliance.Core.Replica.Engine;

/// <summary>
/// Compares both copies while users work. The primary drives: it holds a range from its read until the answer, so no write comes between
/// and every difference is one. Differences are marked, told, and copied from the primary if configured.
/// </summary>
internal sealed class Verifying(Volume volume)
{
    private const int ChunksMax = 4;
    private const int Blocks = BlockBuffers.SlotBytes / Geometry.BlockBytes;
    private long _cursor;
    private int _underWay;

    public bool IsDriving { get; private set; }

    /// <summary>Blocks found to differ by the last run; -1: none was made.</summary>
    public long Differed { get; private set; } = -1;

    public long Total => (volume.Size + Geometry.BlockBytes - 1) / Geometry.BlockBytes;

    public long Left => Total - _cursor;

    public Pace Pace { get; } = new(volume.Config);

    public Instant? NextDeadline => IsDriving && _underWay == 0 ? Pace.NextAt(volume.Now) : null;

    /// <summary>Begins; a secondary asks its primary to. Returns a refusal in words, or empty.</summary>
    public string Begin()
    {
        if (volume.Link.State != ConnectionState.Connected) return $"verify needs a connected pair, this one is {volume.Link.State}";
        if (!volume.HasDisk || volume.Link.PeerDisk != DiskState.UpToDate) return "verify needs two good disks";
        if (volume.Role == ReplicaRole.Secondary && volume.Link.PeerRole == ReplicaRole.Primary)
        {
            volume.Link.Send(FrameKind.VerifyBegin, 0, aux: 1);
            return "";
        }

        volume.Link.Send(FrameKind.VerifyBegin, 0);
        (IsDriving, _cursor, _underWay, Differed) = (true, 0, 0, 0);
        Pace.Begin(volume.Now);
        volume.Link.SetState(ConnectionState.VerifyS);
        return "";
    }

    public void BeginHeard(bool isRequest)
    {
        if (isRequest) _ = Begin();
        else if (volume.Link.State == ConnectionState.Connected && volume.HasDisk)
        {
            (Differed, _cursor) = (0, 0);
            volume.Link.SetState(ConnectionState.VerifyT);
        }
    }

    public void EndHeard(ulong differed)
    {
        if (volume.Link.State != ConnectionState.VerifyT) return;
        Differed = (long)differed;
        volume.Link.SetState(ConnectionState.Connected);
    }

    public bool Settle()
    {
        if (!IsDriving) return false;
        var any = false;
        while (_underWay < ChunksMax && _cursor < Total && Pace.May(volume.Now) && Next()) any = true;
        if (_underWay > 0 || _cursor < Total) return any;
        End();
        return true;
    }

    public void Claimed(Operation op)
    {
        if (!IsDriving || op.Session != volume.Link.Session) Abandon(op);
        else volume.Io.Read(op);
    }

    public void Read(Operation op, int result)
    {
        if (result < 0 || !IsDriving || op.Session != volume.Link.Session
            || !volume.Buffers.TryTake(BufferUse.Background, out op.Extra))
        {
            if (result < 0) volume.Tell(NewsKind.Alarm, $"verify: {op.Length} bytes at {op.Offset} cannot be read here");
            if (op.Extra < 0) op.Extra = BlockBuffers.None;
            Abandon(op);
            return;
        }

        var length = BlockSums.Write(volume.Buffers.Of(op.Buffer, op.Length), volume.Buffers[op.Extra]);
        volume.Link.Ask(op, FrameKind.VerifySums, (ulong)op.Length, length, op.Extra);
    }

    /// <summary>On the other side: which blocks differ from the sums.</summary>
    public void Compare(Operation op)
    {
        var length = BlockSums.Compare(volume.Buffers.Of(op.Buffer, op.Length), volume.Buffers[op.Extra], out var differ);
        if (differ > 0) MarkDiffering(op, volume.Buffers.Of(op.Extra, length));
        volume.Link.Send(FrameKind.VerifyResult, op.Sequence, op.Offset, 0, length, op.Extra);
    }

    public void ResultHeard(Operation op, ReadOnlySpan<byte> mask)
    {
        op.PeerPending = false;
        Differed += MarkDiffering(op, mask);
        _underWay--;
        volume.Finish(op);
    }

    /// <summary>The peer cannot read this range.</summary>
    public void Refused(Operation op, ulong errno)
    {
        volume.Tell(NewsKind.Alarm, $"verify: the peer cannot read {op.Length} bytes at {op.Offset} (errno {errno})");
        Differed += volume.Mark(op);
        volume.Pages.Want();
        Abandon(op);
    }

    public void Abandon(Operation op)
    {
        op.PeerPending = false;
        if (_underWay > 0) _underWay--;
        volume.Finish(op);
    }

    public void LinkLost() => IsDriving = false;

    /// <summary>One of the two disks is gone: there is nothing to compare.</summary>
    public void Stop()
    {
        if (volume.Link.State is not (ConnectionState.VerifyS or ConnectionState.VerifyT)) return;
        if (IsDriving)
        {
            volume.Tell(NewsKind.Warning, $"verify: given up after {_cursor} of {Total} blocks, a disk is gone");
            volume.Link.Send(FrameKind.VerifyEnd, 0, aux: (ulong)Differed);
        }

        IsDriving = false;
        volume.Link.SetState(ConnectionState.Connected);
    }

    private bool Next()
    {
        var count = (int)Math.Min(Blocks, Total - _cursor);
        var length = (int)Math.Min((long)count * Geometry.BlockBytes, volume.Size - (_cursor * Geometry.BlockBytes));
        if (!volume.Buffers.TryTake(BufferUse.Background, out var buffer)) return false;
        var op = volume.Operations.Take(OpKind.VerifySource, _cursor * Geometry.BlockBytes, length, buffer, volume.Now);
        if (op is null)
        {
            volume.Buffers.Release(buffer);
            return false;
        }

        op.Session = volume.Link.Session;
        _cursor += count;
        _underWay++;
        Pace.Took(volume.Now, length);
        if (volume.Claims.TryTake(op)) Claimed(op);
        return true;
    }

    private long MarkDiffering(Operation op, ReadOnlySpan<byte> mask)
    {
        var differed = 0;
        for (var block = 0; block < op.Blocks; block++)
        {
            if ((mask[block >> 3] >> (block & 7) & 1) == 0) continue;
            volume.Bitmap.Set(op.FirstBlock + block, 1);
            differed++;
        }

        if (differed > 0) volume.Pages.Want();
        return differed;
    }

    private void End()
    {
        IsDriving = false;
        volume.Link.Send(FrameKind.VerifyEnd, 0, aux: (ulong)Differed);
        volume.Link.SetState(ConnectionState.Connected);
        volume.Tell(
            Differed > 0 ? NewsKind.Alarm : NewsKind.Notice,
            Differed > 0 ? $"verify: {Differed} blocks differ between the two disks" : "verify: both disks are equal");
        if (Differed == 0 || !volume.Config.VerifyRepairs || volume.Role != ReplicaRole.Primary) return;
        volume.Source.Request();
    }
}
