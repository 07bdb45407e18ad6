using Appliance.Agent.Heartbeat;
using Appliance.Core.Cluster;
using Facts = Appliance.Core.Cluster.Heartbeat;

namespace Appliance.Agent.Tests.Heartbeat;

/// <summary>What the two threads hand each other.</summary>
public class HandOverTests
{
    [Fact]
    public void Facts_are_never_torn_and_the_newest_wins()
    {
        var board = new FactsBoard();
        var writer = new Thread(() =>
        {
            for (uint value = 1; value <= 300_000; value++)
            {
                var facts = new Facts { ConfigDigest = value, MaintenanceLeft = value };
                facts.Groups[7] = new GroupFacts(Role.Active, DataStanding.None, true, new Vote(value, 0), Wish.None, 0);
                board.Publish(facts);
            }
        });
        writer.Start();
        var last = 0U;
        while (last < 300_000)
        {
            ref readonly var facts = ref board.Read();
            Assert.True(facts.ConfigDigest == facts.MaintenanceLeft && facts.ConfigDigest == facts.Groups[7].Vote.Term, "torn");
            Assert.True(facts.ConfigDigest >= last, "went back");
            last = facts.ConfigDigest;
        }

        writer.Join();
    }

    [Fact]
    public void Ring_keeps_order_and_counts_what_it_cannot_hold()
    {
        var ring = new HeartbeatRing();
        for (var number = 0; number < HeartbeatRing.Capacity + 3; number++)
        {
            var item = new HeardItem { Link = number % 8 };
            item.Heartbeat.Sequence = (ulong)number;
            Assert.Equal(number < HeartbeatRing.Capacity, ring.TryAdd(item));
        }

        Assert.Equal(3, ring.Dropped);
        for (var number = 0; number < HeartbeatRing.Capacity; number++)
            Assert.Equal((ulong)number, Assert.IsType<Event.Heard>(ring.Take()).Heartbeat.Sequence);
        Assert.Null(ring.Take());
    }

    [Fact]
    public void Ring_passes_everything_between_two_threads()
    {
        var ring = new HeartbeatRing();
        var writer = new Thread(() =>
        {
            for (ulong number = 1; number <= 100_000;)
            {
                HeardItem item = default;
                item.Heartbeat.Sequence = number;
                if (ring.TryAdd(item)) number++;
                else Thread.Yield();
            }
        });
        writer.Start();
        for (ulong number = 1; number <= 100_000;)
            if (ring.Take() is Event.Heard heard) Assert.Equal(number++, heard.Heartbeat.Sequence);
        writer.Join();
    }
}
