using Appliance.Core.Replica;
using Appliance.Core.Replica.History;

namespace Appliance.Core.Tests.Replica.History;

/// <summary>A write of a user on its way: who takes it, what it overwrote, how far it is.</summary>
internal readonly record struct ModelWrite(int Owner, int Block, int Number, int OldOwn, int OldPeer, ModelStage Stage, bool AtPeer);

internal enum ModelStage
{
    None,
    Marked,
    Local,
    Acked,
}

/// <summary>A moment of the pair. <paramref name="Source"/>: the node that copies onto the other, or -1.</summary>
internal sealed record ModelState(
    ModelNode A, ModelNode B, bool Together, int Source, ModelWrite Write, int Writes, int Names, int Promotions, int Failures, int Lost)
{
    /// <summary>Bit n: write n was answered when both had it.</summary>
    public int Joint { get; init; }

    public ModelNode this[int node] => node == 0 ? A : B;

    public ModelState With(ModelNode node) => node.Number == 0 ? this with { A = node } : this with { B = node };
}

/// <summary>
/// What two replicas can come to, one durable step at a time: written from the rules of engine and disk, without a look at the table.
/// Writes reach the owner's disk, the peer's disk and the user in steps; power failures lose what was not flushed; names are made before
/// the first answer that the peer does not have; a copy ends in two steps. Only what to do at a meeting is taken from the table.
/// </summary>
/// <param name="WritesMax">Of users, in a history; at most 14.</param>
/// <param name="PromotionsMax">The first one included.</param>
/// <param name="FailuresMax">Of processes and of power.</param>
internal sealed record MeetingModel(int WritesMax, int PromotionsMax, int FailuresMax)
{
    /// <summary>Two that are the same and one that serves; and one that serves with an empty one.</summary>
    public static IEnumerable<ModelState> Starts()
    {
        var a = new ModelNode { Number = 0, Current = 2, Names = 4, IsPrimary = true };
        var b = new ModelNode { Number = 1, Current = 2, Names = 4 };
        yield return new ModelState(a, b, true, -1, default, 0, 2, 1, 0, 0);
        yield return new ModelState(
            a with { KnowsPeer = false, Connected = false, Values = 0x11, Acked = 2 },
            b with { KnowsPeer = false, Connected = false, Current = 1, Names = 0, Disk = DiskState.Inconsistent },
            false, -1, default, 1, 2, 1, 0, 0);
    }

    public IEnumerable<ModelState> Next(ModelState state)
    {
        foreach (var next in WriteSteps(state)) yield return next;
        if (state.Together)
        {
            yield return Cut(state);
            foreach (var next in CopySteps(state)) yield return next;
        }
        else if (state.A.IsUp && state.B.IsUp && Meet(state) is { } met) yield return met;

        for (var number = 0; number < 2; number++)
        {
            var node = state[number];
            if (!node.IsUp) yield return state.With(Attached(node));
            else foreach (var next in Failures(state, node)) yield return next;
            if (state.Together && !node.KnowsPeer) yield return state.With(node with { KnowsPeer = true });
            foreach (var next in Roles(state, node)) yield return next;
        }
    }

    /// <summary>Follows the verdict; null: they do not work together.</summary>
    private static ModelState? Meet(ModelState state)
    {
        if (state.Write.Stage != ModelStage.None) return null; // Drained first.
        var decision = HandshakeTable.Judge(state.A.Facts(state.B), state.B.Facts(state.A)).Decision;
        if (decision >= SyncDecision.SplitBrain) return null;
        var source = decision switch
        {
            SyncDecision.SourceBitmap or SyncDecision.SourceFull or SyncDecision.FinishSource => 0,
            SyncDecision.NoSync => -1,
            _ => 1,
        };
        var term = Math.Max(state.A.Term, state.B.Term);
        var met = state with { Together = true, Source = source };
        for (var number = 0; number < 2; number++)
        {
            var node = met[number] with { Term = term, Crashed = false, SinceSplit = met[number].IsPrimary, Noted = false };
            var dirty = decision switch
            {
                SyncDecision.SourceBitmap or SyncDecision.TargetBitmap => state.A.Dirty | state.B.Dirty,
                SyncDecision.SourceFull or SyncDecision.TargetFull => (1 << ModelNode.Blocks) - 1,
                _ => node.Dirty,
            };
            node = node with { Survived = true, Dirty = dirty, Connected = true, LostCache = false };
            var copied = source >= 0 && decision is not (SyncDecision.FinishSource or SyncDecision.FinishTarget);
            if (copied && number != source) node = node with { Disk = DiskState.Inconsistent, ResyncTarget = true };
            else if (node.Disk >= DiskState.Outdated) node = node with { Disk = DiskState.UpToDate };
            met = met.With(node);
        }

        return met;
    }

    /// <summary>One block; then the target notes the end; then the source does.</summary>
    private static IEnumerable<ModelState> CopySteps(ModelState state)
    {
        if (state.Source < 0) yield break;
        var (source, target) = (state[state.Source], state[1 - state.Source]);
        if (source.Dirty != 0 || target.Dirty != 0)
        {
            for (var block = 0; block < ModelNode.Blocks; block++)
            {
                var bit = 1 << block;
                if (((source.Dirty | target.Dirty) & bit) == 0) continue;
                yield return state.With(source with { Dirty = source.Dirty & ~bit })
                    .With((target with { Dirty = target.Dirty & ~bit }).With(block, source.Value(block)));
            }

            yield break;
        }

        var ended = source.Retire();
        if (target.ResyncTarget || target.Current != source.Current)
        {
            yield return state.With(target with
            {
                Current = source.Current, Base = 0, Bases = 0, History = ended.History, Disk = DiskState.UpToDate, ResyncTarget = false,
                Acked = source.Acked, Names = source.Names,
            });
        }
        else yield return state.With(ended) with { Source = -1 };
    }

    private IEnumerable<ModelState> WriteSteps(ModelState state)
    {
        var write = state.Write;
        switch (write.Stage)
        {
            case ModelStage.None:
                for (var number = 0; number < 2; number++)
                    if (state[number] is { IsUp: true, IsPrimary: true } && state.Writes < WritesMax && state.Source < 0)
                        for (var block = 0; block < ModelNode.Blocks; block++) yield return Mark(state, number, block);
                break;
            case ModelStage.Marked:
                yield return state.With(state[write.Owner].With(write.Block, write.Number))
                    with { Write = write with { Stage = ModelStage.Local } };
                break;
            case ModelStage.Local when state.Together:
                var peer = state[1 - write.Owner];
                if (!write.AtPeer)
                    yield return state.With(peer.With(write.Block, write.Number)) with { Write = write with { AtPeer = true } };
                else yield return Ack(Ack(state, write.Owner), 1 - write.Owner);
                break;
            case ModelStage.Local:
                var alone = state[write.Owner];
                if (!alone.Noted) yield return state.With(alone.Mint((ulong)state.Names + 1)) with { Names = state.Names + 1 };
                else yield return Ack(state, write.Owner);
                break;
            default:
                // Flushed wherever it is: what both have on stable storage need not be marked.
                var owner = state[write.Owner];
                var flushed = state.Together ? state.With(owner with { Dirty = owner.Dirty & ~(1 << write.Block) }) : state;
                yield return flushed with { Write = default };
                break;
        }
    }

    private static ModelState Mark(ModelState state, int number, int block)
    {
        var (owner, peer) = (state[number], state[1 - number]);
        var write = new ModelWrite(number, block, state.Writes + 1, owner.Value(block), peer.Value(block), ModelStage.Marked, false);
        return state.With(owner with { Dirty = owner.Dirty | 1 << block }) with { Write = write, Writes = state.Writes + 1 };
    }

    private static ModelState Ack(ModelState state, int number) =>
        state.With(state[number] with { Acked = state[number].Acked | 1 << state.Write.Number })
            with
            {
                Write = state.Write with { Stage = ModelStage.Acked },
                Joint = state.Together ? state.Joint | 1 << state.Write.Number : state.Joint,
            };

    /// <summary>The cable: what was acknowledged by both and not flushed stays marked.</summary>
    private static ModelState Cut(ModelState state)
    {
        var next = state with { Together = false, Source = -1 };
        for (var number = 0; number < 2; number++)
        {
            var node = next[number];
            next = next.With(node with
            {
                SinceSplit = node.SinceSplit || node.IsPrimary,
                Disk = node.Disk == DiskState.UpToDate && !node.IsPrimary ? DiskState.Consistent : node.Disk,
            });
        }

        return next;
    }

    /// <summary>The process ends, or the power does: then what was not flushed may be gone.</summary>
    private IEnumerable<ModelState> Failures(ModelState state, ModelNode node)
    {
        if (state.Failures == FailuresMax) yield break;
        var apart = (state.Together ? Cut(state) : state) with { Failures = state.Failures + 1 };
        var crashed = node.IsPrimary || node.Crashed;
        var down = apart[node.Number] with { IsUp = false, IsPrimary = false, Crashed = crashed, SinceSplit = false };
        var write = state.Write;
        var dropped = write.Owner == node.Number ? apart with { Write = default } : apart;
        yield return dropped.With(down);
        // A primary has marked what is under way; a secondary does not know.
        var inDoubt = node.Connected && (node.Dirty != 0 || !node.IsPrimary);
        var dark = down with { Survived = false, Connected = false, LostCache = node.LostCache || inDoubt };
        yield return dropped.With(dark);
        var isOwn = write.Owner == node.Number;
        if (write.Stage < ModelStage.Local || (!isOwn && !write.AtPeer)) yield break;
        var lost = dark.With(write.Block, isOwn ? write.OldOwn : write.OldPeer) with { Acked = dark.Acked & ~(1 << write.Number) };
        var kept = apart[1 - node.Number].Acked >> write.Number & 1;
        // With no flushed copy anywhere it may be lost by law: nobody promised more.
        yield return dropped.With(lost) with { Lost = kept == 0 ? state.Lost | 1 << write.Number : state.Lost };
    }

    private static ModelNode Attached(ModelNode node) => node with
    {
        IsUp = true, SinceSplit = node.Base != 0, Noted = false,
        Disk = node.ResyncTarget || node.Disk == DiskState.Inconsistent ? DiskState.Inconsistent : DiskState.Consistent,
    };

    private IEnumerable<ModelState> Roles(ModelState state, ModelNode node)
    {
        if (!node.IsUp) yield break;
        if (node.IsPrimary)
        {
            if (state.Write.Stage == ModelStage.None || state.Write.Owner != node.Number)
                yield return state.With(node with { IsPrimary = false });
            yield break;
        }

        var peer = state[1 - node.Number];
        if (state.Promotions == PromotionsMax || node.Disk == DiskState.Inconsistent) yield break;
        if (state.Together && (peer.IsPrimary || state.Source >= 0 || state.Write.Stage != ModelStage.None)) yield break;
        yield return state.With(node with { IsPrimary = true, SinceSplit = true, Disk = DiskState.UpToDate, Term = node.Term + 1 })
            with { Promotions = state.Promotions + 1 };
    }
}
