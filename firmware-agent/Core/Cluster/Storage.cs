namespace Appliance.Core.Cluster;

/// <summary>Keeps what was promised on stable storage before it is spoken or acted on.</summary>
internal static class Storage
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Notes what a group's entry should become; written at the end of the step.</summary>
    public static void Ask(Turn turn, int number, Vote vote, bool held)
    {
        var state = turn.State;
        var entry = new DurableGroup(vote, held);
        turn.State = state with { Asked = state.Asked with { Groups = state.Asked.Groups.SetItem(state.Groups[number].Name, entry) } };
    }

    /// <summary>Asks for a write when something changed since the last one, or when a failed one is due again.</summary>
    public static void Persist(Turn turn)
    {
        var state = turn.State;
        var asked = state.Asked with
        {
            Standby = state.Standby,
            PeerIncarnation = state.Peer.Known ? Math.Max(state.Asked.PeerIncarnation, state.Peer.Last.Incarnation)
                : state.Asked.PeerIncarnation,
            MaintenanceLeft = Left(state, turn),
            KeptOffBy = state.Fence.PowerBackAt is null ? "" : state.Fence.Device,
        };
        var due = state.PersistRetryAt is { } retry && turn.Now >= retry;
        if (state.StorageCorrupt || (asked == state.LastAsked && !due)) return;
        turn.State = state with { Asked = asked, LastAsked = asked, Serial = state.Serial + 1, PersistRetryAt = null };
        turn.Do(new Effect.Persist(turn.State.Serial, asked));
    }

    // Written when maintenance begins or ends, not as it runs down: after a restart it may last a little longer, never shorter.
    private static uint Left(NodeState state, Turn turn)
    {
        if (state.MaintenanceUntil is not { } until) return 0;
        return state.Asked.MaintenanceLeft > 0 ? state.Asked.MaintenanceLeft
            : (uint)Math.Ceiling(Math.Max(1, (until - turn.Now).TotalSeconds));
    }

    /// <summary>A write ended.</summary>
    public static void Written(Turn turn, Event.Persisted done)
    {
        if (done.Serial != turn.State.Serial) return;
        if (done.Error is { } error)
        {
            if (turn.State.StorageProblem != error)
                turn.Tell(ReportKind.Alarm, $"cannot write the state file: {error}; this node will not take a group until it can");
            turn.State = turn.State with { StorageProblem = error, PersistRetryAt = turn.Now + RetryAfter };
            return;
        }

        if (turn.State.StorageProblem.Length > 0) turn.Tell(ReportKind.Alarm, "the state file can be written again");
        turn.State = turn.State with { StorageProblem = "", OnDisk = turn.State.LastAsked };
        for (var number = 0; number < turn.State.Groups.Length; number++) Adopt(turn, number);
    }

    private static void Adopt(Turn turn, int number)
    {
        var group = turn.Group(number);
        if (!turn.State.OnDisk.Groups.TryGetValue(group.Name, out var durable)) return;
        var spent = durable.Vote == group.Vote ? group.VoteSpent : group.Role.Holds();
        turn.Set(number, group with { Vote = durable.Vote, Held = durable.Held, VoteSpent = spent });
    }
}
