using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.History;
using Appliance.Core.Replica.Wire;
using Appliance.Core.Time;

namespace Appliance.Core.Replica.Engine;

/// <summary>
/// Two replicas meet: each says what it has, both judge, both must come to mirror images of the same verdict. A frozen moment: no write
/// of a user between the marks that are exchanged and the first that is mirrored.
/// <code>
///   Draining ─writes done─▶ Telling ─Facts of both─▶ Judged ─Verdict of both─▶ Marking ─marks of both─▶ Preparing ─Ready of both─▶ Idle
///                                                       │ differ, split brain, unrelated              (target: Inconsistent noted)
///                                                       ▼
///                                                  StandAlone
/// </code>
/// </summary>
internal sealed class Meeting(Volume volume)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);
    private Stage _stage;
    private HandshakeFacts? _mine;
    private HandshakeFacts? _theirs;
    private Verdict _verdict;
    private SyncDecision? _theirVerdict;
    private Instant _beganAt;
    private string _refused = "";
    private bool _marksTold;
    private bool _marksHeard;
    private bool _readyTold;
    private bool _readyHeard;
    private ulong _number;
    private ulong _flushAfter;
    private bool _hasPeerDisk;

    private enum Stage : byte
    {
        Idle,
        Draining,
        Telling,
        Judged,
        Marking,
        Preparing,
    }

    public bool IsRunning => _stage != Stage.Idle;

    /// <summary>Our facts are on their way: what they say must not change until both have agreed.</summary>
    public bool HasTold => _stage > Stage.Draining;

    /// <summary>Size that the peer told, for a node without a disk.</summary>
    public long PeerSize { get; private set; }

    /// <summary>The peer's disk never held data, as it said when the two met last; null: they did not meet in this life.</summary>
    public bool? PeerIsNew { get; private set; }

    /// <summary>An operator gave up this node's changes; holds for the next meeting.</summary>
    public bool DiscardMyData { get; set; }

    /// <summary>Became primary, or went on as primary, since the two last worked together.</summary>
    public bool PrimarySinceSplit { get; set; }

    /// <summary>Nothing that was written but not flushed since the two last worked together can be gone.</summary>
    public bool Survived { get; set; }

    /// <summary>Not ended cleanly as primary; set at attach.</summary>
    public bool CrashedPrimary { get; set; }

    public Instant NextDeadline => IsRunning ? _beganAt + Bound : ReplicaEngine.Never;

    public void Begin()
    {
        (_stage, _mine, _theirs, _theirVerdict, _beganAt) = (Stage.Draining, null, null, null, volume.Now);
        (_marksTold, _marksHeard, _readyTold, _readyHeard, _number, _flushAfter) = (false, false, false, false, 0, 0);
        if (volume.Fault == ReplicaFault.ForgetUnstableAtMeeting) volume.Unstable.Forget();
        if (volume.Fault != ReplicaFault.ServeWhileMeeting) volume.Close(Gate.Meeting);
    }

    public void LinkLost()
    {
        _stage = Stage.Idle;
        volume.Open(Gate.Meeting);
    }

    public void Tick()
    {
        if (IsRunning && volume.Now - _beganAt >= Bound)
            volume.Link.Drop($"the peer did not get beyond {_stage} in {Bound.TotalSeconds} s");
    }

    public bool Settle() => _stage switch
    {
        Stage.Draining => Tell(),
        Stage.Telling => Judge(),
        Stage.Judged => Agree(),
        Stage.Marking => Mark(),
        Stage.Preparing => Prepare(),
        _ => false,
    };

    public void FactsHeard(HandshakeFacts facts)
    {
        if (_stage is Stage.Idle || _theirs is not null) volume.Link.Drop("the peer tells its facts out of turn");
        else
        {
            _theirs = facts;
            PeerIsNew = facts.Device != Guid.Empty && !facts.ResyncTarget && Kinship.IsEmpty(facts);
        }
    }

    public void VerdictHeard(ulong decision)
    {
        if (_stage is Stage.Idle or Stage.Draining || _theirVerdict is not null || decision > (ulong)SyncDecision.Refused)
            volume.Link.Drop("the peer judges out of turn");
        else _theirVerdict = (SyncDecision)decision;
    }

    public void MarksHeard(ReadOnlySpan<byte> runs)
    {
        if (_stage != Stage.Marking || !BitmapRuns.TryApply(runs, volume.Bitmap)) volume.Link.Drop("the peer's bitmap cannot be read");
    }

    public void MarksEnd() => _marksHeard = true;

    public void ReadyHeard() => _readyHeard = true;

    // No write of ours may be half done when the marks are told, and nothing of an earlier connection half applied.
    private bool Tell()
    {
        if (volume.Front.WritesUnderWay > 0 || volume.Flushes.IsBusy || !volume.PeerPath.IsIdle || volume.Super.IsBusy
            || volume.Orders.IsOutdating) return false;
        // Whoever is copied onto counts no more from then on: what both had answered must not be in nothing but our cache.
        if (_flushAfter == 0)
        {
            _flushAfter = volume.Flushes.Next;
            volume.Flushes.Want();
            return true;
        }

        if (volume.HasDisk && volume.Flushes.Ended < _flushAfter) return false;
        _mine = MyFacts();
        if (!volume.Buffers.TryTake(BufferUse.Metadata, out var buffer)) return false;
        var length = HandshakeFactsText.Write(_mine, volume.Buffers[buffer]);
        volume.Link.Send(FrameKind.Facts, 0, 0, 0, length, buffer);
        volume.Buffers.Release(buffer);
        _stage = Stage.Telling;
        return true;
    }

    private HandshakeFacts MyFacts()
    {
        var super = volume.Super.IsKnown ? volume.Super.Now : null;
        return new HandshakeFacts
        {
            Node = volume.Config.Node,
            Device = super?.Device ?? Guid.Empty,
            PeerDevice = super?.PeerDevice ?? Guid.Empty,
            Boot = volume.Identity.Boot,
            Instance = volume.Identity.Instance,
            Size = super?.DataBytes ?? 0,
            Capacity = super?.CapacityBytes ?? 0,
            Protocol = volume.Config.Protocol,
            Role = volume.Role,
            Disk = volume.Disk,
            Term = volume.Term,
            Sequence = super is null ? 0 : volume.Super.Durable,
            PeerSequence = super?.PeerSequence ?? 0,
            LostCache = super is not null && (super.Flags & SuperblockFlags.LostCache) != 0,
            Generations = volume.Generations,
            DirtyBlocks = (ulong)volume.Bitmap.Count,
            CrashedPrimary = CrashedPrimary,
            ResyncTarget = super is not null && (super.Flags & SuperblockFlags.ResyncTarget) != 0,
            DiscardMyData = DiscardMyData,
            Survived = Survived,
            PrimarySinceSplit = PrimarySinceSplit || volume.Role == ReplicaRole.Primary,
            AfterSplitBrain0 = volume.Config.AfterSplitBrain0,
            AfterSplitBrain1 = volume.Config.AfterSplitBrain1,
            AfterSplitBrain2 = volume.Config.AfterSplitBrain2,
        };
    }

    private bool Judge()
    {
        if (_theirs is null) return false;
        (volume.Link.PeerRole, volume.Link.PeerDisk) = (_theirs.Role, _theirs.Disk);
        PeerSize = _theirs.Size;
        _verdict = Sizes.Judge(_mine!, _theirs) ?? HandshakeTable.Judge(_mine!, _theirs);
        if (volume.Fault == ReplicaFault.MirrorVerdict) _verdict = _verdict with { Decision = Verdict.Mirror(_verdict.Decision) };
        volume.Tell(NewsKind.Notice, $"met the peer: {_verdict.Decision} by rule {_verdict.Rule} {_verdict.Words}".TrimEnd());
        volume.Link.Send(FrameKind.Verdict, 0, aux: (ulong)_verdict.Decision);
        _stage = Stage.Judged;
        return true;
    }

    private bool Agree()
    {
        if (_theirVerdict is not { } theirs) return false;
        var mine = _verdict.Decision;
        if (theirs != Verdict.Mirror(mine) && mine < SyncDecision.SplitBrain && theirs < SyncDecision.SplitBrain)
        {
            Refuse($"the two sides judge differently ({mine} here, {theirs} there): nothing is copied");
            return true;
        }

        if (mine >= SyncDecision.SplitBrain || theirs >= SyncDecision.SplitBrain)
        {
            Refuse(mine >= SyncDecision.SplitBrain ? $"{mine}: {_verdict.Words}" : $"the peer says {theirs}");
            return true;
        }

        _stage = Stage.Marking;
        AdoptSize();
        if (mine is SyncDecision.SourceFull or SyncDecision.TargetFull) MarkEverything();
        if (mine is SyncDecision.SourceBitmap or SyncDecision.TargetBitmap)
            volume.Link.SetState(mine == SyncDecision.SourceBitmap ? ConnectionState.WFBitMapS : ConnectionState.WFBitMapT);
        else (_marksTold, _marksHeard) = (true, true);
        return true;
    }

    private void Refuse(string why)
    {
        if (_verdict.Decision == SyncDecision.Refused)
        {
            if (why != _refused) volume.Tell(NewsKind.Alarm, $"cannot work with the peer: {why}");
            _refused = why;
            volume.Link.Pause(why);
            return;
        }

        volume.Tell(NewsKind.Alarm, $"stands alone: {why}");
        volume.Link.GiveUp(why);
    }

    /// <summary>The smaller of the two holds, once and for both; an empty disk takes what the other has.</summary>
    private void AdoptSize()
    {
        if (!volume.Super.IsKnown || _theirs!.Size == 0) return;
        var super = volume.Super.Now;
        var size = Sizes.Agreed(_mine!, _theirs);
        if (size == super.DataBytes) return;
        volume.Tell(NewsKind.Notice, $"size agreed with the peer: {size} bytes");
        volume.Super.Save(super with { DataBytes = size });
        ref var effect = ref volume.Effects.Add(EffectKind.Resized);
        effect.Offset = size;
    }

    private void MarkEverything()
    {
        volume.Bitmap.Set(0, (volume.Size + Geometry.BlockBytes - 1) / Geometry.BlockBytes);
        volume.Pages.Want();
    }

    private bool Mark()
    {
        if (!_marksTold)
        {
            TellMarks();
            _marksTold = true;
            return true;
        }

        if (!_marksHeard) return false;
        _stage = Stage.Preparing;
        if (_verdict.Decision is SyncDecision.TargetBitmap or SyncDecision.TargetFull) _number = volume.Target.Begin();
        else if (_verdict.Decision is SyncDecision.SourceBitmap or SyncDecision.SourceFull) volume.Pages.Want();
        return true;
    }

    private void TellMarks()
    {
        for (long position = 0; position < volume.Bitmap.Blocks;)
        {
            if (!volume.Buffers.TryTake(BufferUse.Metadata, out var buffer))
            {
                volume.Link.Drop("no memory to tell the bitmap");
                return;
            }

            var first = position;
            var length = BitmapRuns.Write(volume.Bitmap, ref position, volume.Buffers[buffer]);
            if (length > 0) volume.Link.Send(FrameKind.BitmapPages, 0, first * Geometry.BlockBytes, 0, length, buffer);
            volume.Buffers.Release(buffer);
        }

        volume.Link.Send(FrameKind.BitmapEnd, 0, aux: (ulong)volume.Bitmap.Count);
    }

    private bool Prepare()
    {
        if (!_readyTold)
        {
            if (!volume.Super.IsDurable(_number) || volume.Super.IsBusy || volume.Pages.IsBusy) return false;
            _readyTold = true;
            volume.Link.Send(FrameKind.Ready, 0);
            return true;
        }

        if (!_readyHeard) return false;
        _stage = Stage.Idle;
        Work();
        return true;
    }

    private void Work()
    {
        var theirs = _theirs!;
        _refused = "";
        volume.Link.RetryNow();
        // With a peer that has no disk nothing is shared: what it lacks it goes on lacking.
        _hasPeerDisk = theirs.Disk >= DiskState.Inconsistent;
        if (_hasPeerDisk || !volume.HasDisk) volume.Alone.Reset();
        (DiscardMyData, CrashedPrimary, Survived) = (false, false, _hasPeerDisk ? volume.HasDisk : Survived);
        PrimarySinceSplit = volume.Role == ReplicaRole.Primary;
        var suspect = theirs.CrashedPrimary || _mine!.CrashedPrimary;
        NotePeer(theirs);
        volume.Link.StateSaid(volume.Role, volume.Disk);
        switch (_verdict.Decision)
        {
            case SyncDecision.SourceBitmap or SyncDecision.SourceFull:
                // The peer takes what we have: no doubt is left, whatever somebody said of it before.
                if (volume.Disk is DiskState.Consistent or DiskState.Outdated) volume.Roles.UpToDate();
                volume.Link.PeerDisk = DiskState.Inconsistent;
                volume.Link.SetState(ConnectionState.SyncSource);
                volume.Source.Begin(suspect && _verdict.Decision == SyncDecision.SourceBitmap);
                break;
            case SyncDecision.TargetBitmap or SyncDecision.TargetFull:
                volume.Link.PeerDisk = DiskState.UpToDate;
                volume.Link.SetState(ConnectionState.SyncTarget);
                break;
            case SyncDecision.FinishSource:
                volume.Link.PeerDisk = DiskState.Inconsistent;
                volume.Link.SetState(ConnectionState.SyncSource);
                volume.Source.Begin(false);
                break;
            case SyncDecision.FinishTarget:
                volume.Link.SetState(ConnectionState.SyncTarget);
                break;
            default:
                Together(theirs);
                break;
        }

        volume.Open(Gate.Meeting | Gate.Fencing | Gate.NoData);
        volume.Link.SayState();
    }

    /// <summary>Nothing differs: whoever is unsure of itself is sure again if one of the two can vouch.</summary>
    private void Together(HandshakeFacts theirs)
    {
        volume.Link.SetState(ConnectionState.Connected);
        var vouched = volume.Disk >= DiskState.Consistent || theirs.Disk >= DiskState.Consistent;
        if (volume.HasDisk && vouched && theirs.Disk >= DiskState.Inconsistent && volume.Disk != DiskState.Inconsistent)
            volume.Roles.UpToDate();
        else if (volume.HasDisk && volume.Disk == DiskState.Consistent && theirs.Disk < DiskState.Inconsistent) volume.Roles.UpToDate();
        if (theirs.Disk is DiskState.Consistent or DiskState.Outdated && vouched && volume.HasDisk)
            volume.Link.PeerDisk = DiskState.UpToDate;
        else if (theirs.Disk == DiskState.Consistent && !volume.HasDisk) volume.Link.PeerDisk = DiskState.UpToDate; // As it judges itself.
    }

    private void NotePeer(HandshakeFacts theirs)
    {
        volume.Learn(theirs.Term);
        if (!volume.Super.IsKnown) return;
        var super = volume.Super.Now;
        var gone = SuperblockFlags.PeerOutdated | SuperblockFlags.LostCache | SuperblockFlags.Clean | SuperblockFlags.Ahead;
        volume.Super.Save(super with
        {
            PeerDevice = theirs.Device == Guid.Empty ? super.PeerDevice : theirs.Device,
            PeerCurrent = theirs.Generations.Current,
            PeerDataBytes = theirs.Size,
            PeerSequence = theirs.Sequence,
            Flags = _hasPeerDisk && volume.HasDisk
                ? (super.Flags | SuperblockFlags.PeerSeen | SuperblockFlags.Connected) & ~gone
                : (super.Flags | SuperblockFlags.PeerSeen) & ~SuperblockFlags.PeerOutdated,
        });
    }
}
