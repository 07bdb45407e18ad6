using Appliance.Core.Replica.History;
using Appliance.Core.Replica.Wire;

namespace Appliance.Core.Replica.Engine;

/// <summary>Takes what the peer sends to whom it concerns. Nothing here trusts the peer: what is out of turn ends the connection.</summary>
internal sealed class Frames(Volume volume)
{
    public void Arrived(uint session, in FrameHeader header, int buffer)
    {
        if (!volume.Link.IsUp || session != volume.Link.Session)
        {
            if (buffer != BlockBuffers.None) volume.Buffers.Release(buffer);
            return;
        }

        volume.Link.Heard(header);
        if (IsRequest(header.Kind))
        {
            Request(header, buffer);
            return;
        }

        if (header.Kind is FrameKind.ReadData or FrameKind.ResyncWant or FrameKind.VerifyResult or FrameKind.Ack or FrameKind.Received
            or FrameKind.ReadError or FrameKind.ResyncAck or FrameKind.FlushAck or FrameKind.Refusal) Answer(header, buffer);
        else if (header.Kind < FrameKind.Write) Meet(header, buffer);
        else State(header, buffer);
        if (buffer != BlockBuffers.None) volume.Buffers.Release(buffer);
    }

    private static bool IsRequest(FrameKind kind) => kind is FrameKind.Write or FrameKind.Zeroes or FrameKind.Flush or FrameKind.Barrier
        or FrameKind.ReadRequest or FrameKind.ResyncData or FrameKind.ResyncZero or FrameKind.ResyncSums or FrameKind.VerifySums;

    private void Request(in FrameHeader header, int buffer)
    {
        if (!volume.Link.IsEstablished || !Fits(header, buffer))
        {
            if (buffer != BlockBuffers.None) volume.Buffers.Release(buffer);
            volume.Link.Drop($"the peer sent {header.Kind} of {header.Length} bytes; this node is {volume.Role} and {volume.Link.State}");
            return;
        }

        var length = (int)Math.Min(header.Aux, int.MaxValue);
        switch (header.Kind)
        {
            case FrameKind.Write: volume.PeerPath.Arrived(OpKind.PeerWrite, header, header.Length, buffer); break;
            case FrameKind.Zeroes: volume.PeerPath.Arrived(OpKind.PeerZero, header, length, buffer); break;
            case FrameKind.Flush: volume.PeerPath.FlushArrived(header.Sequence, isBarrier: false); break;
            case FrameKind.Barrier: volume.PeerPath.FlushArrived(header.Sequence, isBarrier: true); break;
            case FrameKind.ReadRequest: volume.PeerPath.Arrived(OpKind.PeerRead, header, length, buffer); break;
            case FrameKind.ResyncData: volume.PeerPath.Arrived(OpKind.CopyTarget, header, header.Length, buffer); break;
            case FrameKind.ResyncZero: volume.PeerPath.Arrived(OpKind.CopyTargetZero, header, length, buffer); break;
            case FrameKind.ResyncSums: volume.PeerPath.Arrived(OpKind.CompareTarget, header, length, buffer); break;
            default: volume.PeerPath.Arrived(OpKind.VerifyTarget, header, length, buffer); break;
        }
    }

    /// <summary>A primary lets nobody write to its disk, and sizes must be what the kind needs.</summary>
    private bool Fits(in FrameHeader header, int buffer)
    {
        var writes = header.Kind is FrameKind.Write or FrameKind.Zeroes or FrameKind.ResyncData or FrameKind.ResyncZero;
        if (writes && volume.Role == ReplicaRole.Primary) return false;
        var blocks = (header.Aux + Geometry.BlockBytes - 1) / Geometry.BlockBytes;
        return header.Kind switch
        {
            FrameKind.Write or FrameKind.ResyncData => buffer != BlockBuffers.None,
            FrameKind.Zeroes => buffer == BlockBuffers.None && header.Aux <= Geometry.ZeroBytesMax,
            FrameKind.ResyncZero or FrameKind.ReadRequest => buffer == BlockBuffers.None && header.Aux <= BlockBuffers.SlotBytes,
            FrameKind.ResyncSums or FrameKind.VerifySums => buffer != BlockBuffers.None && header.Aux <= BlockBuffers.SlotBytes
                && (ulong)header.Length == blocks * BlockSums.SumBytes,
            _ => buffer == BlockBuffers.None,
        };
    }

    private void Answer(in FrameHeader header, int buffer)
    {
        switch (header.Kind)
        {
            case FrameKind.Ack: Acks(header); break;
            case FrameKind.FlushAck: volume.Flushes.PeerDone(header.Sequence); break;
            case FrameKind.Refusal: volume.Failure.PeerRefused(header.Sequence, header.Aux); break;
            case FrameKind.Received: Received(header.Sequence); break;
            default:
                if (volume.Link.Answered(header.Sequence) is { } op) Answered(header, op, buffer);
                else volume.Link.Drop($"the peer answers {header.Kind} to a question that was not asked");
                break;
        }
    }

    private void Answered(in FrameHeader header, Operation op, int buffer)
    {
        var mask = buffer == BlockBuffers.None ? default : volume.Buffers.Of(buffer, header.Length);
        var masked = mask.Length >= (op.Blocks + 7) / 8;
        switch (header.Kind, op.Kind)
        {
            case (FrameKind.ReadData, OpKind.FrontRead) when header.Length == op.Length:
                volume.RemoteReads.PeerData(op, buffer, header.Length);
                break;
            case (FrameKind.ReadError, OpKind.FrontRead): volume.RemoteReads.PeerError(op); break;
            case (FrameKind.ResyncAck, OpKind.CopySource):
                op.PeerPending = false;
                volume.Source.AckHeard(op);
                break;
            case (FrameKind.ResyncWant, OpKind.CopySource) when masked:
                op.PeerPending = false;
                volume.Source.WantHeard(op, mask);
                break;
            case (FrameKind.VerifyResult, OpKind.VerifySource) when masked: volume.Verifying.ResultHeard(op, mask); break;
            default:
                volume.Link.PutBack(op);
                volume.Link.Drop($"the peer answers {header.Kind} to a {op.Kind}");
                break;
        }
    }

    private void Acks(in FrameHeader header)
    {
        var mask = header.Aux;
        for (var bit = 0; bit < 64 && mask >> bit != 0; bit++)
        {
            if ((mask >> bit & 1) == 0) continue;
            if (volume.Link.Find(header.Sequence + (ulong)bit) is { Kind: OpKind.FrontWrite or OpKind.FrontZero })
                volume.Front.PeerDone(volume.Link.Answered(header.Sequence + (ulong)bit)!);
            else
            {
                volume.Link.Drop("the peer acknowledges what it was not sent");
                return;
            }
        }
    }

    private void Received(ulong sequence)
    {
        if (volume.Link.Find(sequence) is not { } op) return;
        op.PeerReceived = true;
        volume.Front.GoOn(op);
    }

    private void Meet(in FrameHeader header, int buffer)
    {
        var payload = buffer == BlockBuffers.None ? default : volume.Buffers.Of(buffer, header.Length);
        switch (header.Kind)
        {
            case FrameKind.Facts when HandshakeFactsText.TryRead(payload, out var facts): volume.Meeting.FactsHeard(facts); break;
            case FrameKind.Verdict: volume.Meeting.VerdictHeard(header.Aux); break;
            case FrameKind.BitmapPages: volume.Meeting.MarksHeard(payload); break;
            case FrameKind.BitmapEnd: volume.Meeting.MarksEnd(); break;
            case FrameKind.Ready when volume.Meeting.IsRunning: volume.Meeting.ReadyHeard(); break;
            case FrameKind.Ready: volume.Source.ReadyHeard(); break;
            default: volume.Link.Drop($"the peer sent {header.Kind} that cannot be read"); break;
        }
    }

    private void State(in FrameHeader header, int buffer)
    {
        var payload = buffer == BlockBuffers.None ? default : volume.Buffers.Of(buffer, header.Length);
        switch (header.Kind)
        {
            case FrameKind.Ping: volume.Link.Send(FrameKind.Pong, 0, aux: header.Aux); break;
            case FrameKind.Pong: break;
            case FrameKind.ResyncBegin: volume.Target.BeginHeard(header.Aux); break;
            case FrameKind.ResyncDone when GenerationsText.TryRead(payload, out var source): volume.Target.DoneHeard(source); break;
            case FrameKind.ResyncDoneAck: volume.Source.DoneHeard(); break;
            case FrameKind.VerifyBegin: volume.Verifying.BeginHeard(header.Aux == 1); break;
            case FrameKind.VerifyEnd: volume.Verifying.EndHeard(header.Aux); break;
            case FrameKind.State: PeerState(header); break;
            case FrameKind.RoleRequest: volume.Roles.PeerAsks((ulong)header.Offset); break;
            case FrameKind.RoleReply: volume.Roles.PeerReplies(header.Aux == 1); break;
            case FrameKind.Outdate: volume.Orders.OutdateHeard(); break;
            case FrameKind.Outdated: volume.Leaving.OutdatedHeard(); break;
            case FrameKind.Detached: volume.Failure.PeerDetached(header.Aux); break;
            case FrameKind.DetachedNoted: volume.Failure.DetachedNoted(); break;
            case FrameKind.ResizePrepare: volume.Orders.ResizeHeard((long)header.Aux, isCommit: false); break;
            case FrameKind.ResizeCommit: volume.Orders.ResizeHeard((long)header.Aux, isCommit: true); break;
            case FrameKind.Goodbye: Goodbye(header.Aux == 1); break;
            default: volume.Link.Drop($"the peer sent {header.Kind}, which makes no sense here"); break;
        }
    }

    private void PeerState(in FrameHeader header)
    {
        var (role, disk, term) = ((ReplicaRole)(header.Aux >> 8 & 0xFF), (DiskState)(header.Aux & 0xFF), (ulong)header.Offset);
        if (role > ReplicaRole.Unknown || disk > DiskState.UpToDate)
        {
            volume.Link.Drop("the peer tells a state that there is not");
            return;
        }

        volume.Link.PeerRole = role;
        volume.Super.PeerWrote(header.Aux >> Link.SequenceShift);
        // While it is copied onto, only the end of the copy makes it good.
        if (volume.Link.State != ConnectionState.SyncSource || disk < DiskState.Inconsistent) volume.Link.PeerDisk = disk;
        if (volume.Link.CanRead) volume.Open(Gate.NoData);
        if (term <= volume.Term) return;
        if (volume.Role == ReplicaRole.Primary && role == ReplicaRole.Primary)
            volume.Link.GiveUp($"two primaries: the peer has term {term}, this node {volume.Term}");
        else volume.Learn(term);
    }

    private void Goodbye(bool outdated)
    {
        volume.Failure.PeerLeftOutdated = outdated;
        volume.Link.Drop(outdated ? "the peer left and noted that its data will be old" : "the peer left");
    }
}
