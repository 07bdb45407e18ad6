namespace Appliance.Core.Lines;

/// <summary>Everything that can happen to the keeper of a relay.</summary>
public abstract record KeeperEvent
{
    private KeeperEvent()
    {
    }

    /// <summary>The process runs; nothing is known of the relay.</summary>
    public sealed record Started : KeeperEvent;

    /// <summary>The agent wants the lines here for so long.</summary>
    /// <param name="Term">Of the group's promotion: the larger one wins.</param>
    /// <param name="Length">Counted from now.</param>
    /// <param name="Renewal">Only makes a valid lease longer: one that ran out has to be taken anew, by who knows that it did.</param>
    public sealed record Granted(uint Term, TimeSpan Length, bool Renewal) : KeeperEvent;

    /// <summary>The agent lets the lines go.</summary>
    public sealed record Dropped : KeeperEvent;

    /// <summary>The agent's connection ended. The lease counts on: a restarted agent may take it back.</summary>
    public sealed record ClientGone : KeeperEvent;

    /// <summary>The relay answered order <paramref name="Id"/>, or somebody in its place said why it does not.</summary>
    /// <param name="Found">The position as it is known now.</param>
    /// <param name="Confirmed">The hardware itself said so.</param>
    /// <param name="Problem">Empty: the order was carried out.</param>
    public sealed record Answered(long Id, LinePosition Found, bool Confirmed, string Problem) : KeeperEvent;

    /// <summary>An operator wants it there for so long, whoever has a lease.</summary>
    public sealed record Held(LinePosition Position, TimeSpan Length, bool Maintenance) : KeeperEvent;

    /// <summary>An operator ends what an operator began.</summary>
    public sealed record HoldEnded : KeeperEvent;

    /// <summary>The process was asked to end: the lines go to the other node first.</summary>
    public sealed record Stopping : KeeperEvent;

    public sealed record Tick : KeeperEvent;
}

/// <summary>What is asked of a relay.</summary>
public enum RelayOrder
{
    Read,
    Set,

    /// <summary>Bring the device into a known state, then the position as with Set.</summary>
    Reset,
}

/// <summary>What the keeper wants done, in this order.</summary>
public abstract record KeeperEffect
{
    private KeeperEffect()
    {
    }

    /// <summary>Ask the relay; answer <see cref="KeeperEvent.Answered"/> with the id. One at a time.</summary>
    /// <param name="Position">Of Set and Reset.</param>
    public sealed record Ask(long Id, RelayOrder Order, LinePosition Position) : KeeperEffect;

    /// <summary>Give the order under way up as soon as its driver can: another one is urgent.</summary>
    public sealed record Abandon(long Id) : KeeperEffect;

    /// <summary>A line for the journal.</summary>
    public sealed record Tell(bool Alarm, string Text) : KeeperEffect;
}
