using Appliance.Agent.Clock;
using Appliance.Core;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Drivers.Tests.SerialPort;
using static Appliance.Agent.Tests.Heartbeat.Speaker;

namespace Appliance.Agent.Tests.Heartbeat;

/// <summary>Heartbeat threads over a null-modem cable of pseudo-terminals.</summary>
[Collection("heartbeat")]
public class SerialLinkTests
{
    [Fact]
    public void Line_of_19200_baud_carries_five_heartbeats_a_second_with_eight_groups()
    {
        using var cable = new NullModem(19200);
        using var left = new Speaker(Config(100, Line(cable, 0)), 0);
        using var right = new Speaker(Config(100, Line(cable, 1)), 1);
        foreach (var (node, number) in new[] { (left, 0), (right, 1) })
        {
            var facts = Some(number) with { GroupCount = Limits.GroupsMax };
            for (var group = 0; group < Limits.GroupsMax; group++) facts.Groups[group] = facts.Groups[0];
            node.Facts.Publish(facts);
            node.Start();
        }

        Assert.True(Within(5000, () => left.Heartbeats.Any(heard => heard.Fresh) && right.Heartbeats.Any(heard => heard.Fresh)));
        var (begin, count) = (BootClock.Now, left.Heartbeats.Count());
        Thread.Sleep(4000);
        var rate = (left.Heartbeats.Count() - count) / (BootClock.Now - begin).TotalSeconds;
        Console.WriteLine($"serial 19200 baud, 8 groups, keepalive 100 ms: {rate:0.0} heartbeats/s in each direction");
        Assert.True(rate >= 5, $"{rate:0.0} a second");
        Assert.Equal(0, left.Thread.Allocated);
    }

    [Fact]
    public void Slow_line_carries_the_newest_heartbeat_and_never_a_queue()
    {
        // 2,400 baud takes 350 ms for a frame, the keepalive is 50 ms.
        using var cable = new NullModem(2400);
        using var left = new Speaker(Config(50, Line(cable, 0, 2400)), 0).Start();
        using var right = new Speaker(Config(50, Line(cable, 1, 2400)), 1).Start();
        Assert.True(Within(6000, () => right.Heartbeats.Count() >= 6));
        var facts = Some(0) with { MaintenanceLeft = 42 };
        left.Facts.Publish(facts);
        var begin = BootClock.Now;
        Assert.True(Within(4000, () => right.Heartbeats.Any(heard => heard.Heartbeat.MaintenanceLeft == 42)));
        Assert.True(BootClock.Now - begin < TimeSpan.FromSeconds(2), $"{BootClock.Now - begin}");
    }

    [Fact]
    public void Noise_costs_frames_but_never_invents_one()
    {
        using var cable = new NullModem();
        var random = new Random(5);
        cable.Damage = (bytes, count) =>
        {
            if (random.Next(4) == 0) bytes[random.Next(count)] ^= (byte)(1 << random.Next(8));
        };
        using var left = new Speaker(Config(20, Line(cable, 0)), 0).Start();
        using var right = new Speaker(Config(20, Line(cable, 1)), 1).Start();
        Assert.True(
            Within(8000, () => left.Heartbeats.Count() > 40 && left.Thread.Traffic()[0].Rejected.GetValueOrDefault("noise-bytes") > 100));
        Assert.All(left.Heartbeats, heard => Assert.Equal(1, heard.Heartbeat.Sender));
        Assert.True(Within(2000, () => left.Log.Any(line => line.Contains("bytes of noise", StringComparison.Ordinal))));
        Assert.Equal(0, left.Thread.Allocated);
    }

    [Fact]
    public void Adapter_that_is_pulled_out_and_put_back_is_told_and_used_again()
    {
        using var cable = new NullModem();
        cable.Unplug(0);
        var device = cable.Device(0);
        using var left = new Speaker(Config(50, Line(cable, 0)), 0).Start();
        using var right = new Speaker(Config(50, Line(cable, 1)), 1).Start();
        Assert.True(Within(3000, () => left.Heard.Contains(new Event.LinkUsable(
            0, false, $"{device} does not exist: is the adapter plugged in?"))));
        cable.Plug(0);
        Assert.True(Within(4000, () => left.Heartbeats.Any()));
        cable.Unplug(0);
        Assert.True(Within(3000, () => left.Heard.Last() is Event.LinkUsable { Usable: false }));
        var count = left.Heartbeats.Count();
        cable.Plug(0);
        Assert.True(Within(4000, () => left.Heartbeats.Count() > count + 3));
        Assert.Contains(new Event.LinkUsable(0, true, ""), left.Heard);
    }

    private static LinkConfig.Serial Line(NullModem cable, int end, int baud = 19200) => new("serial", cable.Device(end), baud);
}
