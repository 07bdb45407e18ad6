using Appliance.Core.Configuration;

namespace Appliance.Core.Tests.ConfigurationTests;

/// <summary>Which double faults a pair is told that it cannot survive.</summary>
public sealed class AssessmentTests
{
    private const string Cable = "[[heartbeat.link]]\nname = \"cable\"                        # a direct cable between the nodes, no "
        + "switch\ntype = \"udp\"\n"
        + "interface = \"eth1\"\naddress = { pbx-a = \"10.1.1.1\", pbx-b = \"10.1.1.2\" }\n";

    private const string Serial = "[[heartbeat.link]]\nname = \"serial\"\ntype = \"serial\"\ndevice = \"/dev/ttyS0\"\nbaud = 115200\n";

    private const string Ping = "[[ping]]\naddress = \"192.168.1.1\"               # the router: tells \"the other node is dead\" from "
        + "\"I am cut off\"\n";

    [Fact]
    public void A_cable_a_serial_line_and_a_reference_leave_no_double_fault() => Assert.Empty(Faults());

    [Fact]
    public void A_witness_decides() => Assert.Empty(Faults(extra: "[witness]\naddress = \"192.168.1.9\"", without: [Cable, Serial, Ping]));

    [Fact]
    public void One_path_less_and_a_broken_LAN_splits()
    {
        var fault = Assert.Single(Faults(without: [Serial]));
        Assert.Contains("A LAN that breaks between the nodes while each of them still sees 192.168.1.1", fault, StringComparison.Ordinal);
        Assert.Contains("together with the loss of the network on eth1, both serve", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_LAN_with_a_reference_is_a_single_fault() =>
        Assert.Contains("this alone is enough, because every link runs over the LAN", Assert.Single(Faults(without: [Cable, Serial])),
            StringComparison.Ordinal);

    [Fact]
    public void Without_a_third_vote_the_number_of_paths_is_counted()
    {
        Assert.Contains("This takes 3 faults", Assert.Single(Faults(without: [Ping])), StringComparison.Ordinal);
        var two = Assert.Single(Faults(without: [Ping, Serial]));
        Assert.Contains("when the network on eth1 and the LAN on eth0 fail at the same moment", two, StringComparison.Ordinal);
        Assert.Contains("This is a double fault", two, StringComparison.Ordinal);
        Assert.Contains("This is a single fault", Assert.Single(Faults(without: [Ping, Serial, Cable])), StringComparison.Ordinal);
    }

    [Fact]
    public void Staying_when_isolated_is_told() =>
        Assert.Contains("on-isolation = \"stay\"", Assert.Single(Faults(replace: ("[cluster]", "[cluster]\non-isolation = \"stay\""))),
            StringComparison.Ordinal);

    [Fact]
    public void Fence_devices_are_named_and_leave_one_serving()
    {
        const string outcome = "the fence devices (pdu-a, pdu-b) leave one serving, and without an answer of theirs nobody takes over";
        var silence = Assert.Single(Faults(extra: Fence("a") + Fence("b"), without: [Ping]));
        Assert.Contains($"takes the other for dead and has the other one switched off: {outcome}", silence, StringComparison.Ordinal);
        Assert.DoesNotContain("both serve", silence, StringComparison.Ordinal);
        Assert.Contains(outcome, Assert.Single(Faults(extra: Fence("a") + Fence("b"), without: [Serial])), StringComparison.Ordinal);
        Assert.Contains("when a fence device (pdu-a, pdu-b) has switched it off", Assert.Single(Faults(
            extra: Fence("a") + Fence("b"), replace: ("[cluster]", "[cluster]\non-isolation = \"stay\""))), StringComparison.Ordinal);
        Assert.Empty(Faults(extra: Fence("a") + Fence("b")));
    }

    [Fact]
    public void A_device_for_one_node_protects_from_that_one_only()
    {
        var half = Assert.Single(Faults(extra: Fence("b")));
        Assert.Contains("Only pbx-b has a fence device (pdu-b): pbx-b takes over from pbx-a on suspicion alone", half,
            StringComparison.Ordinal);
        Assert.Contains(Faults(extra: Fence("b"), without: [Ping]), fault => fault.Contains("both serve", StringComparison.Ordinal));
        Assert.Empty(Faults(extra: Fence("b") + "[witness]\naddress = \"192.168.1.9\"", without: [Ping]));
    }

    [Fact]
    public void A_group_without_an_address_cannot_be_looked_for()
    {
        const string group = "[[group]]\nname = \"bare\"\n[[group.resource]]\nname = \"s\"\ntype = \"service\"\nunit = \"s.service\"";
        Assert.Contains(Faults(extra: group, without: [Serial]), fault => fault.Contains(
            "Group \"bare\" has no ip resource", StringComparison.Ordinal));
        Assert.Empty(Faults(extra: group));
    }

    private static string Fence(string node) => $"[fence.pdu-{node}]\ndriver = \"exec\"\nnode = \"pbx-{node}\"\noff = [\"/x\", \"off\"]\n"
        + "on = [\"/x\", \"on\"]\nstatus = [\"/x\", \"status\"]\n";

    private static IReadOnlyList<string> Faults(string extra = "", string[]? without = null, (string Old, string New)? replace = null)
    {
        var text = Config.Minimal;
        foreach (var part in without ?? [])
        {
            Assert.Contains(part, text, StringComparison.Ordinal);
            text = text.Replace(part, "", StringComparison.Ordinal);
        }

        if (replace is { } change) text = text.Replace(change.Old, change.New, StringComparison.Ordinal);
        return Assessment.DoubleFaults(Config.Good(Config.Read($"{text}\n{extra}")));
    }
}
