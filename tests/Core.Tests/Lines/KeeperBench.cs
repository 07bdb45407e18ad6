using System.Collections.Immutable;
using Appliance.Core.Lines;
using Appliance.Core.Time;

namespace Appliance.Core.Tests.Lines;

/// <summary>A keeper on virtual time with a relay that answers when the test says so.</summary>
internal sealed class KeeperBench
{
    public static readonly TimeSpan Dwell = TimeSpan.FromSeconds(2);

    public KeeperBench(bool shared = false, LinePosition own = LinePosition.A)
    {
        State = new KeeperState(new KeeperSettings(own, shared, Dwell));
        Feed(new KeeperEvent.Started());
    }

    public KeeperState State { get; private set; }

    public Instant Now { get; private set; } = Instant.FromMilliseconds(1_000_000);

    /// <summary>Every effect so far, with its time and the state it left behind.</summary>
    public List<(Instant At, KeeperEffect Effect, KeeperState After)> Log { get; } = [];

    /// <summary>Orders that set a position, with their time.</summary>
    public IEnumerable<(Instant At, LinePosition To)> Sets => Log
        .Where(entry => entry.Effect is KeeperEffect.Ask { Order: not RelayOrder.Read })
        .Select(entry => (entry.At, ((KeeperEffect.Ask)entry.Effect).Position));

    public string Told => string.Join('\n', Log.Select(entry => entry.Effect).OfType<KeeperEffect.Tell>().Select(tell => tell.Text));

    public ImmutableArray<KeeperEffect> Feed(KeeperEvent input)
    {
        var (next, effects) = LineKeeper.Step(State, input, Now);
        State = next;
        foreach (var effect in effects) Log.Add((Now, effect, next));
        return effects;
    }

    public void Grant(uint term, int milliseconds, bool renewal = false) =>
        Feed(new KeeperEvent.Granted(term, TimeSpan.FromMilliseconds(milliseconds), renewal));

    /// <summary>The relay does what it was told, after a while.</summary>
    public void Obey(int milliseconds = 20)
    {
        Advance(milliseconds);
        var busy = State.Busy!;
        Answer(busy.Order == RelayOrder.Read ? State.Found : busy.Position);
    }

    public void Answer(LinePosition found, string problem = "") => Feed(new KeeperEvent.Answered(State.Busy!.Id, found, true, problem));

    /// <summary>Lets time pass in the steps in which the keeper wants to be called.</summary>
    public void Advance(int milliseconds)
    {
        var until = Now + TimeSpan.FromMilliseconds(milliseconds);
        for (var turns = 0; LineKeeper.NextDeadline(State) <= until; turns++)
        {
            Assert.True(turns < 10_000, $"the keeper wants to be called for ever: {State}");
            Now = Instant.Later(Now, LineKeeper.NextDeadline(State));
            Feed(new KeeperEvent.Tick());
        }

        Now = until;
    }

    /// <summary>The same, with a relay that obeys at once.</summary>
    public void AdvanceObeying(int milliseconds)
    {
        for (var passed = 0; passed < milliseconds; passed += 10)
        {
            Advance(10);
            if (State.Busy is not null) Answer(State.Busy.Order == RelayOrder.Read ? State.Found : State.Busy.Position);
        }
    }

    /// <summary>A relay at this node under a lease of this term and length.</summary>
    public static KeeperBench AtOwn(uint term = 7, int leaseMs = 600)
    {
        var bench = new KeeperBench();
        bench.Obey();
        bench.AdvanceObeying(3000);
        bench.Grant(term, leaseMs);
        bench.Obey();
        Assert.True(bench.State.IsAt(LinePosition.A));
        return bench;
    }
}
