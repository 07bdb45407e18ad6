using Appliance.Core.Time;

namespace Appliance.Core.Wire;

/// <summary>
/// Refuses recordings of one sender. Incarnations only grow, except when a frame proves by its echo that it was said just now
/// (a node whose state was lost starts over). Each link has its own window, because every heartbeat travels on all of them; a copy
/// that is a <c>lag</c> older than the first one heard on any link is a recording, not a slow path, and is refused too:
/// who can cut the links and replay what was on them would otherwise keep a dead node alive.
/// </summary>
public sealed class ReplayWindow(int links, TimeSpan lag)
{
    private readonly SequenceWindow[] _links = new SequenceWindow[links];
    private readonly Instant[] _firstHeard = new Instant[SequenceWindow.Width];

    /// <summary>Of the sender, as far as heard; 0: never.</summary>
    public ulong Incarnation { get; private set; }

    /// <summary>Newest sequence of that incarnation.</summary>
    public ulong Newest { get; private set; }

    /// <summary>The highest incarnation known from before this start: recordings of older ones are refused from the first frame
    /// on.</summary>
    public void Remember(ulong incarnation)
    {
        Invariant.Check(Newest == 0);
        Incarnation = incarnation;
    }

    /// <summary>Judges an authentic frame. True: it was not heard before on this link and is news of it.</summary>
    public bool Take(int link, ulong incarnation, ulong sequence, bool fresh, Instant now)
    {
        if (incarnation < Incarnation && !fresh) return false;
        if (incarnation != Incarnation) Restart(incarnation);
        if (sequence <= Newest)
        {
            if (Newest - sequence >= SequenceWindow.Width) return false;
            if (now - _firstHeard[Slot(sequence)] > lag) return false;
        }

        if (!_links[link].Take(sequence)) return false;
        Advance(sequence, now);
        return true;
    }

    /// <summary>The sender was restarted: its sequence begins again.</summary>
    private void Restart(ulong incarnation)
    {
        Incarnation = incarnation;
        Newest = 0;
        Array.Clear(_links);
    }

    private void Advance(ulong sequence, Instant now)
    {
        if (sequence <= Newest) return;
        // Numbers that were skipped may still come by another path: their time begins when we learn that they exist.
        var first = sequence - Newest > SequenceWindow.Width ? sequence - SequenceWindow.Width + 1 : Newest + 1;
        for (var skipped = first; skipped <= sequence; skipped++) _firstHeard[Slot(skipped)] = now;
        Newest = sequence;
    }

    private static int Slot(ulong sequence) => (int)(sequence % SequenceWindow.Width);
}
