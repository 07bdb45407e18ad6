using System.Diagnostics;
using System.Net;
using Appliance.Drivers.Interop.Netlink;
using Appliance.Drivers.ServiceAddress;
using Appliance.Drivers.Tests.Support;

namespace Appliance.Drivers.Tests.ServiceAddress;

/// <summary>What the kernel's side of a service address must do beyond the contract.</summary>
[Trait("Needs", "root")]
public class LinuxServiceAddressTests
{
    private static readonly IPAddress Vip = IPAddress.Parse("192.0.2.45");

    [RootFact]
    public void Address_is_up_within_300_ms_with_duplicate_detection()
    {
        using var network = new TestNetwork();
        using var address = NewAddress(TimeSpan.FromSeconds(30));
        network.Here(() => address.Add(default)); // The first call also compiles the code: the product is compiled ahead of time.
        network.Here(address.Remove);
        var clock = Stopwatch.StartNew();
        Assert.True(network.Here(() => address.Add(default)).Ok);
        Assert.InRange(clock.ElapsedMilliseconds, 90, 300);
        network.Here(address.Remove);
    }

    [RootFact]
    public void Neighbour_that_cached_the_old_holder_learns_the_new_one_before_add_returns()
    {
        using var network = new TestNetwork();
        network.IpThere("address add 192.0.2.9/24 dev there0");
        network.IpThere("neighbour replace 192.0.2.45 lladdr 02:00:00:00:00:99 dev there0 nud stale");
        using var address = NewAddress(TimeSpan.FromSeconds(30));
        network.Here(() => address.Add(default));
        var mac = network.Here(() => NetworkLink.MacWords(NetworkLink.Find("here0")!.Mac));
        Eventually.Holds(() => network.There(() => ShowNeighbour()).Contains(mac, StringComparison.Ordinal),
            "the neighbour knows our hardware address", 0.1);
        network.Here(address.Remove);
    }

    [RootFact]
    public void Announcements_come_at_0_and_200_ms_and_1_s_and_then_every_refresh()
    {
        using var network = new TestNetwork();
        using var address = NewAddress(TimeSpan.FromSeconds(0.5));
        var heard = new List<double>();
        using var ready = new ManualResetEventSlim();
        var listener = new Thread(() => network.There(() => Listen(heard, ready, TimeSpan.FromSeconds(6.8))));
        listener.Start();
        ready.Wait();
        network.Here(() => address.Add(default));
        listener.Join();
        network.Here(address.Remove);
        double[] expected = [0, 0.2, 1, 5, 5.5, 6];
        Assert.True(heard.Count >= expected.Length, $"heard {heard.Count}");
        for (var i = 0; i < expected.Length; i++) Assert.InRange(heard[i] - heard[0], expected[i] - 0.05, expected[i] + 0.15);
    }

    [RootFact]
    public void Own_address_of_the_subnet_survives_whatever_comes_and_goes_first()
    {
        using var network = new TestNetwork();
        using var address = NewAddress(TimeSpan.FromSeconds(30));
        network.Here(() => address.Add(default));
        network.IpHere("address add 192.0.2.7/24 dev here0"); // As DHCP does, after us.
        network.Here(address.Remove);
        Assert.Contains("192.0.2.7/24", network.ShowHere("address show here0"), StringComparison.Ordinal);

        network.Here(() => address.Add(default));
        network.IpHere("address del 192.0.2.7/24 dev here0");
        Assert.Contains("192.0.2.45/32", network.ShowHere("address show here0"), StringComparison.Ordinal);
        network.Here(address.Remove);
    }

    [RootFact]
    public void Adopted_primary_address_goes_without_its_secondaries()
    {
        using var network = new TestNetwork();
        network.IpHere("address add 192.0.2.45/24 dev here0");
        network.IpHere("address add 192.0.2.7/24 dev here0");
        using var address = NewAddress(TimeSpan.FromSeconds(30));
        Assert.True(network.Here(address.Adopt));
        Assert.True(network.Here(address.Remove).Ok);
        var shown = network.ShowHere("address show here0");
        Assert.DoesNotContain("192.0.2.45", shown, StringComparison.Ordinal);
        Assert.Contains("192.0.2.7/24", shown, StringComparison.Ordinal);
    }

    [RootFact]
    public void Address_removed_by_somebody_is_put_back()
    {
        using var network = new TestNetwork();
        using var address = NewAddress(TimeSpan.FromSeconds(30));
        network.Here(() => address.Add(default));
        network.IpHere("address flush dev here0");
        Eventually.Holds(
            () => network.ShowHere("address show here0").Contains("192.0.2.45", StringComparison.Ordinal), "the address is back", 1);
        network.Here(address.Remove);
    }

    [RootFact]
    public void Subnet_can_be_reached_without_an_own_address_in_it()
    {
        using var network = new TestNetwork();
        network.IpThere("address add 192.0.2.9/24 dev there0");
        using var address = NewAddress(TimeSpan.FromSeconds(30));
        network.Here(() => address.Add(default));
        Assert.Contains(
            "192.0.2.0/24 proto 177 scope link src 192.0.2.45", network.ShowHere("route show dev here0"), StringComparison.Ordinal);
        network.Here(address.Remove);
        Assert.DoesNotContain("192.0.2.0/24", network.ShowHere("route show dev here0"), StringComparison.Ordinal);
    }

    [RootFact]
    public void Lost_carrier_is_told_after_a_second_and_once()
    {
        using var network = new TestNetwork();
        using var address = NewAddress(TimeSpan.FromSeconds(30));
        network.Here(() => address.Add(default));
        var told = new List<string>();
        address.Watch(told.Add);
        network.IpThere("link set there0 down");
        Thread.Sleep(700);
        Assert.Empty(told);
        Eventually.Holds(() => told.Count == 1, "the lost carrier is told", 2);
        Assert.Contains("no carrier", told[0], StringComparison.Ordinal);
        network.Here(address.Remove);
    }

    [RootFact]
    public void Vanished_interface_is_told_and_removal_still_succeeds()
    {
        using var network = new TestNetwork();
        using var address = NewAddress(TimeSpan.FromSeconds(30));
        network.Here(() => address.Add(default));
        var told = new List<string>();
        address.Watch(told.Add);
        network.IpHere("link del here0");
        Eventually.Holds(() => told.Count == 1, "the vanished interface is told", 3);
        Assert.Contains("here0 does not exist", told[0], StringComparison.Ordinal);
        Assert.True(network.Here(address.Remove).Ok);
    }

    [RootFact]
    public void Question_takes_its_time_only_when_nobody_answers()
    {
        using var network = new TestNetwork();
        var question = new LinuxAddressQuestion();
        NeighbourAnswer Ask() => network.Here(() => question.Ask(Vip, "here0", AskTiming.Evidence, default));
        Ask();
        var clock = Stopwatch.StartNew();
        Assert.IsType<NeighbourAnswer.Nobody>(Ask());
        Assert.InRange(clock.ElapsedMilliseconds, 115, 600); // 120 ms on a quiet machine
        network.IpThere("address add 192.0.2.45/24 dev there0");
        clock.Restart();
        Assert.IsType<NeighbourAnswer.Somebody>(Ask());
        Assert.InRange(clock.ElapsedMilliseconds, 0, 110); // at once, not at the end of the bound
    }

    private static LinuxServiceAddress NewAddress(TimeSpan refresh) =>
        new(new ServiceAddressSpec(Vip, 24, "here0", refresh), new LinuxAddressQuestion(), AskTiming.Duplicate);

    private static string ShowNeighbour()
    {
        using var process = Process.Start(new ProcessStartInfo("ip", "neighbour show dev there0") { RedirectStandardOutput = true })!;
        return process.StandardOutput.ReadToEnd();
    }

    private static void Listen(List<double> heard, ManualResetEventSlim ready, TimeSpan time)
    {
        using var socket = new NeighbourSocket(NetworkLink.Find("there0")!, Vip);
        var clock = Stopwatch.StartNew();
        ready.Set();
        while (clock.Elapsed < time)
        {
            if (!socket.Wait(TimeSpan.FromMilliseconds(50)) || socket.ReadForeignClaim(1) is null) continue;
            if (heard.Count == 0 || clock.Elapsed.TotalSeconds - heard[^1] > 0.02)
                heard.Add(clock.Elapsed.TotalSeconds); // Both ARP styles count once.
        }
    }
}
