using System.Net;
using System.Net.Sockets;
using Appliance.Agent.Clock;
using Appliance.Agent.Heartbeat;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Wire;
using static Appliance.Agent.Tests.Heartbeat.Speaker;

namespace Appliance.Agent.Tests.Heartbeat;

/// <summary>Heartbeat threads over loopback. Ports differ from test to test.</summary>
[Collection("heartbeat")]
public class HeartbeatThreadTests
{
    [Fact]
    public void Two_nodes_hear_each_other_and_prove_it()
    {
        var config = Config(50, Loopback(47101));
        using var left = new Speaker(config, 0).Start();
        using var right = new Speaker(config, 1, incarnation: 9).Start();
        Assert.True(Within(3000, () => left.Heartbeats.Any(heard => heard.Fresh) && right.Heartbeats.Any(heard => heard.Fresh)));
        var heartbeat = left.Heartbeats.Last().Heartbeat;
        Assert.Equal((1, 9UL, 1U), (heartbeat.Sender, heartbeat.Incarnation, heartbeat.EchoIncarnation));
        Assert.True(Within(1000, () => left.Heartbeats.Last().Heartbeat.LinksHeard == 1));
    }

    [Fact]
    public void First_heartbeat_comes_at_once()
    {
        var begin = BootClock.Now;
        using var left = new Speaker(Config(1000, Loopback(47102)), 0).Start();
        Assert.True(Within(3000, () => left.Thread.FirstSpoken is not null));
        var took = left.Thread.FirstSpoken!.Value - begin;
        Console.WriteLine($"start to first heartbeat: {took.TotalMilliseconds:0.0} ms (JIT)");
        Assert.True(took < TimeSpan.FromMilliseconds(500), $"{took}");
    }

    [Fact]
    public void Facts_that_change_are_said_before_the_keepalive()
    {
        var config = Config(2000, Loopback(47103));
        using var left = new Speaker(config, 0).Start();
        using var right = new Speaker(config, 1).Start();
        Assert.True(Within(5000, () => right.Heartbeats.Any()));
        var facts = Some(0) with { MaintenanceLeft = 42 };
        var begin = BootClock.Now;
        left.Facts.Publish(facts);
        left.Thread.SpeakNow();
        Assert.True(Within(1000, () => right.Heartbeats.Any(heard => heard.Heartbeat.MaintenanceLeft == 42)));
        Assert.True(BootClock.Now - begin < TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Goodbye_is_heard_as_the_last_word()
    {
        var config = Config(50, Loopback(47104));
        using var left = new Speaker(config, 0).Start();
        using var right = new Speaker(config, 1).Start();
        Assert.True(Within(3000, () => right.Heartbeats.Any(heard => heard.Fresh)));
        left.Thread.Goodbye(resourcesStay: true);
        Assert.True(
            Within(2000, () => right.Heartbeats.Last() is { Fresh: true, Heartbeat.Flags: NodeFlags.Goodbye | NodeFlags.ResourcesStay }));
        var count = right.Heartbeats.Count();
        Thread.Sleep(200);
        Assert.InRange(right.Heartbeats.Count(), count, count + 2);
    }

    [Fact]
    public void Restarted_peer_is_believed_and_recordings_of_its_former_life_are_not()
    {
        var config = Config(50, Loopback(47105));
        using var right = new Speaker(config, 1).Start();
        using (var left = new Speaker(config, 0, incarnation: 5).Start())
            Assert.True(Within(3000, () => right.Heartbeats.Any(heard => heard.Heartbeat.Incarnation == 5)));
        using (var again = new Speaker(config, 0, incarnation: 6).Start())
            Assert.True(Within(3000, () => right.Heartbeats.Any(heard => heard.Heartbeat.Incarnation == 6)));
        Thread.Sleep(400);
        var before = right.Heartbeats.Count();
        // It lost its state and begins again: its first word is no better than a recording, its answers prove that it lives.
        using var lost = new Speaker(config, 0, incarnation: 1).Start();
        Assert.True(Within(3000, () => right.Heartbeats.Any(heard => heard.Heartbeat.Incarnation == 1)));
        Assert.True(right.Heartbeats.First(heard => heard.Heartbeat.Incarnation == 1).Fresh);
        Assert.True(right.Heartbeats.Count() > before);
    }

    [Fact]
    public void Keys_are_rotated_while_both_speak()
    {
        var config = Config(20, Loopback(47106));
        KeySet[] steps = [Keys(1, 7), new([Key(1, 7), Key(2, 8)]), new([Key(2, 8), Key(1, 7)]), Keys(2, 8)];
        using var left = new Speaker(config, 0, keys: steps[0]).Start();
        using var right = new Speaker(config, 1, keys: steps[0]).Start();
        foreach (var step in steps)
        {
            foreach (var node in new[] { left, right })
            {
                node.Thread.ReplaceKeys(step);
                var counts = (left.Heartbeats.Count(), right.Heartbeats.Count());
                Assert.True(Within(3000, () => left.Heartbeats.Count() > counts.Item1 + 3 && right.Heartbeats.Count() > counts.Item2 + 3));
            }
        }

        Assert.All([left, right], node => Assert.Empty(node.Thread.Traffic()[0].Rejected));
    }

    [Fact]
    public void Missing_interface_is_told_with_its_reason_and_the_other_link_works()
    {
        var config = Config(50, new LinkConfig.Multicast("lan", "nothing7", "239.192.0.42", 47107), Loopback(47107));
        using var left = new Speaker(config, 0).Start();
        using var right = new Speaker(config, 1).Start();
        Assert.True(Within(3000, () => left.Heartbeats.Any(heard => heard.Link == 1)));
        Assert.Contains(new Event.LinkUsable(0, false, "there is no interface nothing7"), left.Heard);
        Assert.Contains(new Event.LinkUsable(1, true, ""), left.Heard);
    }

    [Fact]
    public void Node_whose_decisions_stand_still_falls_silent_and_speaks_again()
    {
        var config = Config(50, Loopback(47108));
        using var left = new Speaker(config, 0).Start();
        using var right = new Speaker(config, 1).Start();
        Assert.True(Within(3000, () => right.Heartbeats.Any()));
        left.Hangs = true;
        Assert.True(Within(4000, () => left.Thread.IsStuck));
        Assert.True(Within(2000, () => left.Log.Any(line => line.Contains("stood still", StringComparison.Ordinal))));
        var count = right.Heartbeats.Count();
        Thread.Sleep(300);
        Assert.InRange(right.Heartbeats.Count(), count, count + 1);
        left.Hangs = false;
        Assert.True(Within(3000, () => right.Heartbeats.Count() > count + 5));
    }

    [Fact]
    public void Loop_with_nothing_to_do_is_not_taken_for_a_stuck_one()
    {
        using var alone = new Speaker(Config(100, Loopback(47109)), 0).Start();
        Thread.Sleep(2500);
        Assert.False(alone.Thread.IsStuck);
    }

    [Fact]
    public void Flood_of_hostile_datagrams_changes_nothing_but_counters()
    {
        var config = Config(20, Loopback(47110), Loopback(47111, "second"));
        using var left = new Speaker(config, 0).Start();
        using var right = new Speaker(config, 1).Start();
        Assert.True(Within(3000, () => left.Heartbeats.Any(heard => heard.Fresh)));
        // Replays must not be told from the flood: stop the sender of the recording before it is played.
        var sent = Hostile.Flood(new IPEndPoint(IPAddress.Parse("127.0.0.1"), 47110), TimeSpan.FromSeconds(1.5));
        Thread.Sleep(300);
        var second = left.Heartbeats.Count(heard => heard.Link == 1);
        Assert.True(Within(1000, () => left.Heartbeats.Count(heard => heard.Link == 1) > second + 10));
        var traffic = left.Thread.Traffic()[0];
        Console.WriteLine(
            $"hostile: {sent} sent, {traffic.Received} taken, "
                + $"{string.Join(", ", traffic.Rejected.Select(pair => $"{pair.Key} {pair.Value}"))}");
        foreach (var reason in new[] { "truncated", "oversized", "foreign", "wrong-version", "wrong-cluster", "wrong-key", "bad-mac" })
            Assert.True(traffic.Rejected.GetValueOrDefault(reason) > 0, reason);
        Assert.True(traffic.Received < 2000 * 4, $"{traffic.Received} frames were taken within two seconds");
        Assert.All(left.Heartbeats, heard => Assert.Equal((1, 1UL), (heard.Heartbeat.Sender, heard.Heartbeat.Incarnation)));
        Assert.True(left.Log.Count(line => line.Contains("link cable", StringComparison.Ordinal)) <= 12, string.Join('\n', left.Log));
        Assert.Equal(0, left.Thread.Allocated);
    }

    [Fact]
    public void Recorded_heartbeats_are_refused()
    {
        var config = Config(50, Loopback(47112));
        using var left = new Speaker(config, 0).Start();
        byte[] recording;
        using (var tap = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
        {
            // The recorder sits in the peer's place for a moment.
            tap.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 47112));
            tap.ReceiveTimeout = 3000;
            var room = new byte[600];
            recording = room[..tap.Receive(room)];
        }

        using var right = new Speaker(config, 1).Start();
        Assert.True(Within(3000, () => right.Heartbeats.Any(heard => heard.Fresh)));
        using var player = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        for (var round = 0; round < 20; round++) player.SendTo(recording, new IPEndPoint(IPAddress.Parse("127.0.0.2"), 47112));
        Assert.True(Within(1000, () => right.Thread.Traffic()[0].Rejected.GetValueOrDefault("replayed") >= 19));
        Assert.Equal(right.Heartbeats.Count(), right.Heartbeats.Select(heard => heard.Heartbeat.Sequence).Distinct().Count());
    }

    [Fact]
    public void Nothing_is_allocated_after_the_first_heartbeats()
    {
        var config = Config(10, Loopback(47113), Loopback(47114, "second"));
        using var left = new Speaker(config, 0).Start();
        using var right = new Speaker(config, 1).Start();
        Assert.True(Within(8000, () => left.Heartbeats.Count() > 300));
        Assert.Equal(0, left.Thread.Allocated);
        Assert.Equal(0, right.Thread.Allocated);
    }

    [Fact]
    public void Own_broadcasts_and_a_second_machine_with_our_number_are_told_apart()
    {
        var (left, twin) = Drivers.UdpPort.SimulatedDatagramPort.Pair(3);
        var config = Config(20, Loopback(1));
        using var node = new Speaker(config, 0, media: [(out string problem) => { problem = ""; return new DatagramMedium(left); }])
            .Start();
        using var other = new Speaker(
            config, 0, incarnation: 2, media: [(out string problem) => { problem = ""; return new DatagramMedium(twin); }]).Start();
        Assert.True(Within(3000, () => node.Thread.Traffic()[0].Rejected.GetValueOrDefault("wrong-sender") > 0));
        Assert.True(Within(3000, () => node.Log.Any(line => line.Contains(
            "do two machines believe to be the same node?", StringComparison.Ordinal))));
        Assert.Empty(node.Heartbeats);
    }
}

/// <summary>Threads of real-time priority and measured times: one test at a time.</summary>
[CollectionDefinition("heartbeat", DisableParallelization = true)]
public class HeartbeatCollection;
