using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.Engine;
using Appliance.Core.Replica.Wire;
using Appliance.Simulation.Replica.Hosts;

namespace Appliance.Simulation.Replica.Bugs;

/// <summary>All planted bugs of the replicator. Which rule catches which is in docs/SIMULATION.md, and a test keeps it true.</summary>
public static class ReplicaBugs
{
    public static IReadOnlyList<ReplicaBug> All { get; } = [.. Metadata(), .. Disks(), .. Peers(), .. People(), .. Inside()];

    public static ReplicaBug? Find(string name) => All.FirstOrDefault(bug => bug.Name == name);

    private static IEnumerable<ReplicaBug> Metadata() =>
    [
        new("skips-intent", "does not write the intent map", _ => Rewriting.WithoutMetadata(MetadataKind.Intent)),
        new("skips-superblock", "does not write the superblock", _ => Rewriting.WithoutMetadata(MetadataKind.Superblock)),
        new("skips-bitmap", "does not write the bitmap", _ => Rewriting.WithoutMetadata(MetadataKind.Bitmap)),
        new("metadata-not-stable", "leaves its metadata in the disk's cache", _ => Rewriting.Effects((
            ReplicaProcess _, ref ReplicaEffect effect) =>
        {
            if (effect.Area == DiskArea.Metadata) effect.Fua = false;
            return true;
        })),
        new("loses-generation", "forgets a new generation", _ => Rewriting.Superblocks(block => block.Generations.Base == 0
            ? block : block with { Generations = block.Generations with { Current = block.Generations.Base, Base = 0 } })),
        new("claims-uptodate", "notes a half copied disk as good", _ => Rewriting.Superblocks(block => block with
        {
            Disk = DiskState.UpToDate, Flags = block.Flags & ~(SuperblockFlags.ResyncTarget | SuperblockFlags.FullSync),
        })),
        new("notes-no-outdate", "notes a disk that is old as good", _ => Rewriting.Superblocks(block =>
            block.Disk == DiskState.Outdated ? block with { Disk = DiskState.UpToDate } : block)),
    ];

    private static IEnumerable<ReplicaBug> Disks() =>
    [
        new("disk-lies-about-flush", "believes a disk that does not flush", _ => null)
        {
            Disk = disk => disk.Trouble.LiesAboutFlush = true,
        },
        new("disk-tears", "believes a disk that writes half of what it says", _ => null)
        {
            Disk = disk => disk.Trouble.Tears = 0.05,
        },
        new("disk-misdirects", "believes a disk that writes to another place than it says", _ => null)
        {
            Disk = disk => disk.Trouble.Misdirects = 0.05,
        },
        new("skips-local-flush", "does not flush its disk", _ => Rewriting.Effects((
            ReplicaProcess process, ref ReplicaEffect effect) =>
        {
            if (effect.Kind != EffectKind.DiskFlush) return true;
            Rewriting.Later(process, ReplicaEvent.DiskDone(effect.Id, 0));
            return false;
        })),
        new("ignores-fua", "does not write through", _ => Rewriting.Effects((ReplicaProcess _, ref ReplicaEffect effect) =>
        {
            if (effect.Area == DiskArea.Data) effect.Fua = false;
            return true;
        })),
        new("answers-before-disk", "takes a write for done when it was asked for", _ => Rewriting.Effects((
            ReplicaProcess process, ref ReplicaEffect effect) =>
        {
            if (effect.Kind != EffectKind.DiskWrite || effect.Area != DiskArea.Data) return true;
            Rewriting.Silently(process, effect);
            Rewriting.Later(process, ReplicaEvent.DiskDone(effect.Id, effect.Length));
            return false;
        })),
        new("ignores-short-write", "takes a short write for a whole one", _ => new DiskResults((effect, result) =>
            effect.Kind == EffectKind.DiskWrite && result > 0)),
        new("ignores-write-error", "takes a failed write for done", _ => new DiskResults((effect, result) =>
            effect.Kind == EffectKind.DiskWrite && result < 0)),
        new("ignores-flush-error", "takes a failed flush for done", _ => new DiskResults((effect, result) =>
            effect.Kind == EffectKind.DiskFlush && result < 0)),
        new("ignores-read-error", "takes a failed read for done", _ => new DiskResults((effect, result) =>
            effect.Kind == EffectKind.DiskRead && result < 0)),
    ];

    private static IEnumerable<ReplicaBug> Peers() =>
    [
        new("flushes-only-here", "does not ask the peer to flush", _ => Rewriting.Unsent(header =>
            header.Kind == FrameKind.Flush ? new FrameHeader(FrameKind.FlushAck, 0, 0, header.Sequence, 0, 0) : null)),
        new("answers-before-peer", "takes a mirrored write for done when it was sent", _ => new Hasty()),
        new("mirrors-no-zeroes", "does not mirror zeroes", _ => Rewriting.Unsent(header =>
            header.Kind == FrameKind.Zeroes ? new FrameHeader(FrameKind.Ack, 0, 0, header.Sequence, 0, 1) : null)),
        new("copies-nothing", "takes a copy for made that was not sent", _ => Rewriting.Unsent(header =>
            header.Kind == FrameKind.ResyncData ? new FrameHeader(FrameKind.ResyncAck, 0, 0, header.Sequence, 0, 0) : null)),
        new("ignores-refusal", "takes a refusal of the peer's disk for its consent", _ => Rewriting.Frames(header =>
            header.Kind == FrameKind.Refusal ? header with { Kind = FrameKind.Ack, Aux = 1 } : header)),
        new("forgets-peers-marks", "does not read the peer's bitmap", _ => Rewriting.Frames(header =>
            header.Kind == FrameKind.BitmapPages ? null : header)),
        new("compares-nothing", "takes every compared block for equal", _ => Rewriting.Effects((
            ReplicaProcess process, ref ReplicaEffect effect) =>
        {
            if (effect.Kind == EffectKind.Send && effect.Header.Kind == FrameKind.ResyncWant)
                process.Buffers.Of(effect.Buffer, effect.Header.Length).Clear();
            return true;
        })),
        new("reorders-writes", "applies writes of the peer in another order", _ => new Reordering()),
        new("applies-old-frames", "applies writes of an earlier connection", _ => new OldFrames()),
    ];

    private static IEnumerable<ReplicaBug> People() =>
    [
        new("forgets-reissue", "the front end forgets what was under way when the process died", _ => null) { ForgetsReissue = true },
        new("promotes-anything", "becomes primary whatever its data is", _ => new Rewriting
        {
            Orders = order => order is ReplicaOrder.Primary primary ? primary with { Force = true } : order,
        }),
        new("forgets-terms", "is primary in the first term for ever", _ => Rewriting.Superblocks(block => block with { Term = 1 })),
        new("fences-nobody", "goes on alone without asking", _ => Rewriting.Effects((ReplicaProcess process, ref ReplicaEffect effect) =>
        {
            if (effect.Kind != EffectKind.AskFence) return true;
            Rewriting.Later(process, ReplicaEvent.Ordered(new ReplicaOrder.PeerFenced(false)));
            return false;
        })),
        new("stays-exposed", "leaves the device behind when it is demoted", _ => Rewriting.Effects((
            ReplicaProcess _, ref ReplicaEffect effect) => effect.Kind != EffectKind.Expose || effect.Result == 1)),
    ];

    private static IEnumerable<ReplicaBug> Inside()
    {
        foreach (var (name, what, fault) in new (string, string, ReplicaFault)[]
        {
            ("drops-unstable", "does not mark what a lost peer had not made stable", ReplicaFault.DropUnstableOnLoss),
            ("drops-in-flight", "does not mark what a lost peer had not answered", ReplicaFault.DropInFlightOnLoss),
            ("cools-too-early", "lets regions cool before they are stable", ReplicaFault.CoolWithoutFlush),
            ("mints-nothing", "goes on alone without a new generation", ReplicaFault.NoMint),
            ("answers-before-noted", "answers alone before its loss is on disk", ReplicaFault.AnswerBeforeNoted),
            ("overlaps", "lets overlapping writes go at the same time", ReplicaFault.NoClaims),
            ("copies-beside-writes", "copies a range that is being written", ReplicaFault.CopyIgnoresWrites),
            ("copies-the-wrong-way", "does the opposite of the verdict", ReplicaFault.MirrorVerdict),
            ("flush-covers-later", "lets a flush answer those that came later", ReplicaFault.FlushCoversLater),
            ("peer-mints-nothing", "a diskless primary's peer does not note that it is alone", ReplicaFault.NoPeerMint),
            ("serves-while-meeting", "serves while marks are exchanged", ReplicaFault.ServeWhileMeeting),
            ("ignores-hot", "does not mark the hot regions of a crash", ReplicaFault.IgnoreHotAtAttach),
            ("done-without-flush", "a copy is done before the target has flushed", ReplicaFault.DoneWithoutFlush),
            ("mints-without-flush", "notes the peer as old before its own disk has flushed", ReplicaFault.MintWithoutFlush),
            ("detaches-silently", "gives a failed disk up without a word on it", ReplicaFault.SilentDetach),
            ("unmarks-too-early", "unmarks a copied block before it is stable at the peer", ReplicaFault.UnmarkBeforeStable),
            ("forgets-unstable", "forgets at a reconnect what the peer had not made stable", ReplicaFault.ForgetUnstableAtMeeting),
            ("one-intent-slot", "writes the intent map over the one that counts", ReplicaFault.OneIntentSlot),
            ("one-superblock-slot", "writes the superblock over the one that counts", ReplicaFault.OneSuperblockSlot),
            ("adopts-early", "a target takes itself for whole before the copy is made", ReplicaFault.AdoptEarly),
            ("repairs-over-writes", "a read repair does not wait for writes to its range", ReplicaFault.RepairIgnoresWrites),
            ("ahead-without-limit", "an early protocol lets the peer lag without a limit", ReplicaFault.AheadWithoutLimit),
            ("failed-write-is-done", "takes a write for done that only a half copied peer has", ReplicaFault.FailedWriteIsDone),
        })
            yield return new ReplicaBug(name, what, _ => null) { Fault = fault };
    }
}
