using Appliance.Core.Lines;
using Appliance.Core.Time;

namespace Appliance.Core.Tests.Lines;

/// <summary>Random histories: leases, operators, a relay that obeys, hangs, fails, lies, and is moved by hand.</summary>
public class LineKeeperPropertyTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_must_always_be_true_is(bool shared)
    {
        for (var seed = 0; seed < 400; seed++) History(seed, shared);
    }

    private static void History(int seed, bool shared)
    {
        var dice = new Random(seed);
        var bench = new KeeperBench(shared);
        for (var step = 0; step < 400; step++)
        {
            var seen = bench.Log.Count;
            Happens(bench, dice);
            foreach (var entry in bench.Log.Skip(seen)) Check(bench, entry, seed, step, shared);
            var (state, now) = (bench.State, bench.Now);
            var mayHave = Valid(state.Lease?.Until, now) || (Valid(state.Hold?.Until, now) && state.Hold!.Position == LinePosition.A);
            if (mayHave && !state.Stopping) continue;
            // B at once: nothing stands between the end of the lease and the order but an order that was abandoned.
            var settled = shared || state.IsAt(LinePosition.B) || state.Busy is { Position: LinePosition.B } or { Abandoned: true }
                || (state.Problem.Length > 0 && state.LastSet == LinePosition.B) || state.Hold?.Position == LinePosition.A;
            Assert.True(settled, $"seed {seed}, step {step}: the lines are not let go: {state}");
        }
    }

    private static bool Valid(Instant? until, Instant now) => until is { } end && now < end;

    private static void Check(
        KeeperBench bench, (Instant At, KeeperEffect Effect, KeeperState After) entry, int seed, int step, bool shared)
    {
        if (entry.Effect is not KeeperEffect.Ask { Order: not RelayOrder.Read } ask) return;
        var state = entry.After;
        var where = $"seed {seed}, step {step}, {ask}: {state}";
        if (ask.Position == LinePosition.B)
        {
            Assert.False(shared && state.Hold?.Position != LinePosition.B, where);
            return;
        }

        // Taken only under a lease or an operator's hold that was valid at that moment, and of no older term than any before.
        Assert.True(Valid(state.Lease?.Until, entry.At) || Valid(state.Hold?.Until, entry.At), where);
        Assert.True(state.Lease is not { } lease || lease.Term == state.Term, where);
        // No A, B, A within the dwell, counted from the first order that let go.
        var before = bench.Sets.Where(earlier => earlier.At < entry.At).Reverse()
            .TakeWhile(earlier => earlier.To == LinePosition.B).ToArray();
        var tookBefore = bench.Sets.Any(earlier => earlier.At < entry.At && earlier.To == LinePosition.A);
        if (before.Length > 0 && tookBefore) Assert.True(entry.At - before[^1].At >= KeeperBench.Dwell, where);
    }

    private static void Happens(KeeperBench bench, Random dice)
    {
        switch (dice.Next(14))
        {
            case 0: bench.Grant((uint)dice.Next(1, 6), dice.Next(1, 900)); break;
            case 1: bench.Grant(bench.State.Term, dice.Next(100, 5000), renewal: dice.Next(2) == 0); break;
            case 2: bench.Feed(new KeeperEvent.Dropped()); break;
            case 3: bench.Feed(new KeeperEvent.ClientGone()); break;
            case 4:
                var to = dice.Next(2) == 0 ? LinePosition.A : LinePosition.B;
                if (dice.Next(4) == 0)
                    bench.Feed(new KeeperEvent.Held(to, TimeSpan.FromMilliseconds(dice.Next(1, 3000)), dice.Next(2) == 0));
                break;
            case 5: bench.Feed(new KeeperEvent.HoldEnded()); break;
            case 6: bench.Advance(dice.Next(1, 4000)); break;
            case 7: if (dice.Next(60) == 0) bench.Feed(new KeeperEvent.Stopping()); break;
            case 8 when bench.State.Busy is not null:
                bench.Answer((LinePosition)dice.Next(3));
                break;
            case 9 when bench.State.Busy is { } busy:
                bench.Feed(new KeeperEvent.Answered(busy.Id - dice.Next(2), LinePosition.Unknown, false, "it does not answer"));
                break;
            default:
                if (bench.State.Busy is not null) bench.Obey(dice.Next(1, 60));
                else bench.Advance(dice.Next(1, 300));
                break;
        }
    }
}
