using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.History;
using Appliance.Core.Replica.Wire;
using Appliance.Simulation.Replica.Disks;
using Appliance.Simulation.Replica.Front;
using Appliance.Simulation.Replica.Hosts;

namespace Appliance.Simulation.Replica.Rules;

/// <summary>I8 and I12: a write that only one node has is answered only when that node's disk says so, stable: another generation than the
/// other disk's, and a mark for every block.</summary>
public sealed class SoloIsNoted(ReplicaWorld world) : ReplicaRule(world, "I8 I12 solo is noted")
{
    private readonly Dictionary<ulong, (long First, int Count)>[] _asked = [[], []];
    private readonly List<(long First, int Count, int Node)> _acked = [];

    public override void LinkUp()
    {
        foreach (var asked in _asked) asked.Clear();
    }

    public override void Sent(ReplicaProcess process, in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Kind is not (FrameKind.Write or FrameKind.Zeroes)) return;
        var bytes = header.Kind == FrameKind.Write ? header.Length : (long)header.Aux;
        _asked[process.Node][header.Sequence] = (header.Offset / Sector.Bytes, (int)(bytes / Sector.Bytes));
    }

    /// <summary>The peer wrote it before its power failed: then both had it, and nobody promised that a cache survives.</summary>
    public override void Received(ReplicaProcess process, in FrameHeader header)
    {
        if (header.Kind != FrameKind.Ack) return;
        for (var bit = 0; bit < 64; bit++)
        {
            if ((header.Aux >> bit & 1) == 0 || !_asked[process.Node].Remove(header.Sequence + (ulong)bit, out var range)) continue;
            _acked.Add((range.First, range.Count, process.Node));
            if (_acked.Count > 256) _acked.RemoveRange(0, 128);
        }
    }

    public override void WriteDone(ReplicaProcess process, FrontRequest request)
    {
        if (World.Site.Config[0].Protocol != Protocol.C || World.Oracle.LossAccepted) return;
        var record = request.Write!;
        var (here, there) = (World.Oracle.Has(0, record), World.Oracle.Has(1, record));
        if (here && there) return;
        if (!here && !there)
        {
            Break($"{Named(process.Node)} answers {request}, and no disk has it");
            return;
        }

        var has = here ? 0 : 1;
        if ((record.Lost >> (1 - has) & 1) != 0 && _acked.Contains((request.First, request.Count, process.Node))) return;
        var paper = World.Hosts[has].ReadPaper(_ => false);
        var other = World.Hosts[1 - has].ReadPaper(_ => false);
        if (paper is null || other is null) return;
        if (!IsOlder(other.Superblock, paper.Superblock))
            Break($"{Named(process.Node)} answers {request}, which only {Named(has)} has, and no disk says that the other one is older");
        else if (!World.IsStranger(1 - has)) LookAtMarks(process, request, Marks.Of(paper), Marks.Of(other));
    }

    private void LookAtMarks(ReplicaProcess process, FrontRequest request, Marks marks, Marks others)
    {
        if (marks.IsFull || others.IsFull) return;
        for (var sector = request.First; sector < request.First + request.Count; sector++)
        {
            var block = sector * Sector.Bytes / Geometry.BlockBytes;
            if (marks.Has(block) || others.Has(block) || !World.Oracle.Differences.Blocks.Contains(block)) continue;
            Break($"{Named(process.Node)} answers {request}, which the other disk does not have, and block {block} is not marked on disk");
            return;
        }
    }

    private static bool IsOlder(Superblock other, Superblock paper) =>
        other.Disk < DiskState.Consistent
        || (other.Flags & (SuperblockFlags.FullSync | SuperblockFlags.ResyncTarget)) != 0
        || Generations.Id(other.Generations.Current) != Generations.Id(paper.Generations.Current);
}
