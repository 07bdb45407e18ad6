using Appliance.Core;
using Appliance.Core.Lines;

namespace Appliance.Drivers.Relay;

/// <summary>Makes a failover relay of a board: opens it when it is needed, opens it again when it was away, compares what it was told with
/// what it says.</summary>
internal sealed class BoardRelay(IRelayBoard board, TimeSpan bound, RelayTraits traits) : IFailoverRelay
{
    private LinePosition _wanted;
    private bool _wasAway;

    public RelayTraits Traits => board.IsOpen ? traits with { ReadsBack = board.ReadsBack } : traits;

    //            Set, Read, Reset                      trouble
    //   Closed ───────────────────▶ Open + identified ──────────▶ Closed
    //                                    │    ▲
    //                                    └────┘ it was away: opened again, once, in the same operation

    public RelayAnswer Set(LinePosition position, CancellationToken abandon)
    {
        Invariant.Check(position is LinePosition.A or LinePosition.B);
        _wanted = position;
        return Perform(deadline => Put(position, deadline), abandon);
    }

    public RelayAnswer Read(CancellationToken abandon) => Perform(Look, abandon);

    public RelayAnswer Reset(CancellationToken abandon)
    {
        board.Close();
        _wanted = LinePosition.B;
        return Perform(deadline =>
        {
            board.Reset(deadline);
            return Put(LinePosition.B, deadline);
        }, abandon);
    }

    public void Dispose() => board.Dispose();

    private RelayAnswer Perform(Func<RelayDeadline, RelayAnswer> work, CancellationToken abandon)
    {
        using var deadline = new RelayDeadline(bound, abandon);
        var wasOpen = board.IsOpen;
        try
        {
            return Attempt(work, deadline);
        }
        catch (RelayTrouble trouble) when (trouble.Fault == RelayFault.Vanished && wasOpen)
        {
            // What we had open is gone. Perhaps it is back already, under another number.
            return Again(trouble, work, deadline);
        }
        catch (RelayTrouble trouble)
        {
            return GiveUp(trouble.Fault, trouble);
        }
    }

    private RelayAnswer Again(RelayTrouble first, Func<RelayDeadline, RelayAnswer> work, RelayDeadline deadline)
    {
        board.Close();
        _wasAway = true;
        try
        {
            return Attempt(work, deadline);
        }
        catch (RelayTrouble second)
        {
            return second.Fault == RelayFault.Missing ? GiveUp(RelayFault.Vanished, first) : GiveUp(second.Fault, second);
        }
    }

    private RelayAnswer Attempt(Func<RelayDeadline, RelayAnswer> work, RelayDeadline deadline)
    {
        deadline.Check(board.Place);
        if (!board.IsOpen) board.Open(deadline);
        return work(deadline);
    }

    private RelayAnswer GiveUp(RelayFault fault, RelayTrouble trouble)
    {
        board.Close();
        // A caller that gives up half-way leaves the contacts as unknown as a board that was away.
        _wasAway = true;
        return RelayAnswer.Failed(fault, trouble.Message);
    }

    private RelayAnswer Put(LinePosition position, RelayDeadline deadline)
    {
        board.Switch(position == LinePosition.A, deadline);
        _wasAway = false;
        if (!board.ReadsBack) return RelayAnswer.Told(position, $"{board.Place} was told {position}; it cannot say where it is");
        var found = PositionOf(board.Read(deadline), out var words);
        return found == position
            ? RelayAnswer.Seen(position, $"{board.Place} is at {position}")
            : new RelayAnswer(RelayFault.Contradicted, found, true,
                $"{board.Place} was told {position} and {words}; expected {position}: look at its power supply, or replace it");
    }

    private RelayAnswer Look(RelayDeadline deadline)
    {
        // Without power it fell to B; it goes back to where it was last put.
        // Not a shared one: meanwhile it may have been put elsewhere by the other node, whose line it then is.
        if (_wasAway && !traits.Shared && _wanted != LinePosition.Unknown) return Put(_wanted, deadline);
        if (!board.ReadsBack) board.Touch(deadline);
        if (!board.ReadsBack)
            return _wanted == LinePosition.Unknown
                ? RelayAnswer.Told(LinePosition.Unknown, $"{board.Place} cannot say where it is, and was not told anything yet")
                : RelayAnswer.Told(_wanted, $"{board.Place} was told {_wanted}; it cannot say where it is");
        var found = PositionOf(board.Read(deadline), out var words);
        return RelayAnswer.Seen(found, $"{board.Place} {words}");
    }

    private static LinePosition PositionOf(bool[] relays, out string words)
    {
        var on = relays.Count(relay => relay);
        var found = on == relays.Length ? LinePosition.A : on == 0 ? LinePosition.B : LinePosition.Unknown;
        words = found == LinePosition.Unknown ? $"has {on} of its {relays.Length} relays on, the line is torn between both nodes"
            : $"is at {found}";
        return found;
    }
}
