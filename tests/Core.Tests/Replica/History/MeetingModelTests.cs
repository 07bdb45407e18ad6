using System.Collections.Immutable;
using Appliance.Core.Replica;
using Appliance.Core.Replica.History;

namespace Appliance.Core.Tests.Replica.History;

/// <summary>Every meeting that the model can come to, judged by the table: nothing is lost in silence, nothing that differs is
/// forgotten.</summary>
public sealed class MeetingModelTests
{
    private const int StatesMax = 400_000;
    private const int Walks = 15_000;
    private const int Steps = 60;
    private static readonly Lazy<(IReadOnlyList<ModelState> Meetings, int States)> All = new(Explore);

    [Fact]
    public void The_table_is_right_about_every_meeting()
    {
        var (meetings, states) = All.Value;
        Assert.True(meetings.Count > 5_000, $"{meetings.Count} meetings of {states} states");
        var faults = meetings.Select(meeting => Fault(HandshakeTable.Rows, meeting)).OfType<string>().ToArray();
        Assert.True(faults.Length == 0, $"{faults.Length} faults: {string.Join("\n\n", faults.Take(5))}");
        var rules = meetings.SelectMany(meeting => new[]
        {
            HandshakeTable.Judge(meeting.A.Facts(meeting.B), meeting.B.Facts(meeting.A)).Rule,
            HandshakeTable.Judge(meeting.B.Facts(meeting.A), meeting.A.Facts(meeting.B)).Rule,
        }).ToHashSet();
        string[] met = ["equal", "equal-missed-end-self", "unfinished-peer", "bitmap-self", "bitmap-peer", "valid-base-self",
            "split-brain", "just-created-peer", "equal-primary-self", "equal-kept-self"];
        Assert.Empty(met.Except(rules));
    }

    [Theory]
    [InlineData("equal")]
    [InlineData("equal-kept-peer")]
    [InlineData("bitmap-self")]
    [InlineData("valid-base-self")]
    [InlineData("split-brain")]
    [InlineData("unfinished-peer")]
    [InlineData("just-created-peer")]
    public void A_table_that_decides_the_other_way_is_noticed(string name) =>
        Noticed(HandshakeTable.Rows.Select(row => row.Name != name ? row : row with { Decision = Other(row.Decision) }));

    [Theory]
    [InlineData("bitmap-self")]
    [InlineData("valid-base-self")]
    [InlineData("unfinished-peer")]
    public void A_table_without_a_row_is_noticed(string name) => Noticed(HandshakeTable.Rows.Where(row => row.Name != name));

    [Theory]
    [InlineData("equal", "equal-missed-end-peer", "equal-node-peer")] // Not clean any more, and nothing to stop it.
    public void A_table_that_forgets_marks_is_noticed(string equal, string missed, string last)
    {
        var forgetful = HandshakeTable.Rows.Single(row => row.Name == equal) with
        {
            Applies = (a, b) => Generations.Id(a.Generations.Current) == Generations.Id(b.Generations.Current),
        };
        Noticed(HandshakeTable.Rows.Where(row => row.Name != missed && row.Name != last)
            .Select(row => row.Name == equal ? forgetful : row));
    }

    private static void Noticed(IEnumerable<HandshakeRow> rows)
    {
        ImmutableArray<HandshakeRow> wrong = [.. rows];
        Assert.Contains(All.Value.Meetings, meeting => Fault(wrong, meeting) is not null);
    }

    private static SyncDecision Other(SyncDecision decision) => decision switch
    {
        SyncDecision.NoSync => SyncDecision.SplitBrain,
        SyncDecision.SplitBrain => SyncDecision.NoSync,
        _ => Verdict.Mirror(decision),
    };

    /// <summary>What is wrong with the verdicts on a meeting, by the truth that only the model knows; null: nothing.</summary>
    private static string? Fault(ImmutableArray<HandshakeRow> rows, ModelState state)
    {
        var (a, b) = (state.A.Facts(state.B), state.B.Facts(state.A));
        var (mine, theirs) = (HandshakeTable.Judge(rows, a, b), HandshakeTable.Judge(rows, b, a));
        if (theirs.Decision != Verdict.Mirror(mine.Decision)) return $"no mirror: {mine} and {theirs}, {state}";
        var differ = 0;
        for (var block = 0; block < ModelNode.Blocks; block++)
            if (state.A.Value(block) != state.B.Value(block)) differ |= 1 << block;
        var both = !state.A.ResyncTarget && !state.B.ResyncTarget && state.A.Current != 1 && state.B.Current != 1
            && (state.A.Names & ~state.B.Names) != 0 && (state.B.Names & ~state.A.Names) != 0;
        // Or one lost power, went on alone, and the other one may have kept what the first one lost.
        var kept = MayHaveKept(state.A, state.B) || MayHaveKept(state.B, state.A);
        if (both != (mine.Decision == SyncDecision.SplitBrain) && !(kept && mine.Decision == SyncDecision.SplitBrain))
            return $"both wrote alone: {both}, yet {mine}, {state}";
        switch (mine.Decision)
        {
            case SyncDecision.NoSync or SyncDecision.FinishSource or SyncDecision.FinishTarget:
                return differ != 0 ? $"blocks differ, yet {mine}, {state}" : null;
            case SyncDecision.SourceBitmap or SyncDecision.SourceFull: return Copy(state.A, state.B, differ, mine, state);
            case SyncDecision.TargetBitmap or SyncDecision.TargetFull: return Copy(state.B, state.A, differ, mine, state);
            case SyncDecision.Unrelated: return $"they were together once, yet {mine}, {state}";
            case SyncDecision.Refused: return state.A.IsPrimary || state.B.IsPrimary ? null : $"nobody is in the way, yet {mine}, {state}";
            default: return null;
        }
    }

    private static bool MayHaveKept(ModelNode keeper, ModelNode other) =>
        keeper is { Survived: true, ResyncTarget: false } && other is { Survived: false, LostCache: true }
        && (other.Current != keeper.Current || other.IsPrimary);

    private static string? Copy(ModelNode source, ModelNode target, int differ, Verdict verdict, ModelState state)
    {
        if (target.IsPrimary) return $"a primary is overwritten: {verdict}, {state}";
        if (source.Disk <= DiskState.Inconsistent || source.ResyncTarget) return $"half a disk is the source: {verdict}, {state}";
        var byBitmap = verdict.Decision is SyncDecision.SourceBitmap or SyncDecision.TargetBitmap;
        if (byBitmap && (differ & ~(source.Dirty | target.Dirty)) != 0) return $"a difference is not marked: {verdict}, {state}";
        // Power failed on both: what both had answered and neither had flushed is nobody's promise any more.
        var forgiven = !source.Survived && !target.Survived ? state.Joint : 0;
        var lost = target.Acked & ~source.Acked & ~state.Lost & ~forgiven;
        return lost != 0 && !target.ResyncTarget ? $"acknowledged writes {lost:b} are lost: {verdict}, {state}" : null;
    }

    /// <summary>All that a short history can be, step by step; and long histories by the dice, always the same ones.</summary>
    private static (IReadOnlyList<ModelState> Meetings, int States) Explore()
    {
        var seen = new HashSet<ModelState>(MeetingModel.Starts());
        var queue = new Queue<ModelState>(seen);
        var (meetings, brief) = (new HashSet<ModelState>(), new MeetingModel(2, 2, 1));
        while (queue.TryDequeue(out var state))
        {
            if (IsMeeting(state)) meetings.Add(state);
            foreach (var next in brief.Next(state))
                if (seen.Count < StatesMax && seen.Add(next)) queue.Enqueue(next);
        }

        var (dice, tall, starts) = (new Random(7), new MeetingModel(8, 6, 4), MeetingModel.Starts().ToArray());
        for (var walk = 0; walk < Walks; walk++)
        {
            var state = starts[walk % starts.Length];
            for (var step = 0; step < Steps; step++)
            {
                var nexts = tall.Next(state).ToArray();
                if (nexts.Length == 0) break;
                state = nexts[dice.Next(nexts.Length)];
                if (IsMeeting(state)) meetings.Add(state);
            }
        }

        return ([.. meetings], seen.Count);
    }

    private static bool IsMeeting(ModelState state) =>
        !state.Together && state.A.IsUp && state.B.IsUp && state.Write.Stage == ModelStage.None;
}
