using Appliance.Drivers.Script;
using Appliance.Drivers.Tests.Support;

namespace Appliance.Drivers.Tests.Script;

/// <summary>Agents of Debian's resource-agents, as they are.</summary>
[Trait("Needs", "root")]
public class OcfAgentTests
{
    private const string Agents = "/usr/lib/ocf/resource.d/heartbeat/";

    [RootFact(Agents + "IPaddr2")]
    public void IPaddr2_adds_finds_and_removes_an_address()
    {
        using var network = new TestNetwork();
        network.IpHere("address add 192.0.2.7/24 dev here0");
        var agent = Agent("IPaddr2", ("ip", "192.0.2.45"), ("cidr_netmask", "24"), ("nic", "here0"));
        Assert.Equal(ScriptStanding.Stopped, network.Here(() => agent.Monitor(default)).Standing);
        var start = network.Here(() => agent.Start(default));
        Assert.True(start.Standing == ScriptStanding.Running, start.Text);
        Assert.Contains("192.0.2.45/24", network.ShowHere("address show here0"), StringComparison.Ordinal);
        Assert.Equal(ScriptStanding.Running, network.Here(() => agent.Monitor(default)).Standing);
        Assert.Equal(ScriptStanding.Stopped, network.Here(() => agent.Stop(default)).Standing);
        Assert.DoesNotContain("192.0.2.45", network.ShowHere("address show here0"), StringComparison.Ordinal);
    }

    [RootFact(Agents + "IPaddr2")]
    public void IPaddr2_without_its_address_is_impossible()
    {
        using var network = new TestNetwork();
        var start = network.Here(() => Agent("IPaddr2").Start(default));
        Assert.True(start.Standing == ScriptStanding.Impossible, start.Text);
    }

    [RootFact(Agents + "Dummy")]
    public void Dummy_starts_runs_and_stops()
    {
        var agent = Agent("Dummy", ("state", Path.Combine(Path.GetTempPath(), $"appl-dummy-{Guid.NewGuid():N}")));
        Assert.Equal(ScriptStanding.Stopped, agent.Monitor(default).Standing);
        Assert.Equal(ScriptStanding.Running, agent.Start(default).Standing);
        Assert.Equal(ScriptStanding.Running, agent.Monitor(default).Standing);
        Assert.Equal(ScriptStanding.Stopped, agent.Stop(default).Standing);
    }

    [RootFact(Agents + "Filesystem", "/sbin/modprobe")]
    public void Filesystem_mounts_finds_and_unmounts()
    {
        var directory = Directory.CreateTempSubdirectory("appl-ocf-").FullName;
        var agent = Agent("Filesystem", ("device", "tmpfs"), ("directory", directory), ("fstype", "tmpfs"));
        var start = agent.Start(default);
        Assert.True(start.Standing == ScriptStanding.Running, start.Text);
        Assert.Equal(ScriptStanding.Running, agent.Monitor(default).Standing);
        Assert.Equal(ScriptStanding.Stopped, agent.Stop(default).Standing);
        Assert.Equal(ScriptStanding.Stopped, agent.Monitor(default).Standing);
        Directory.Delete(directory);
    }

    [RootFact(Agents + "Delay")]
    public void Delay_that_takes_too_long_is_abandoned()
    {
        var agent = Agent("Delay", ("startdelay", "30"), ("stopdelay", "0"), ("mondelay", "0"));
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(0.5));
        var start = agent.Start(bound.Token);
        Assert.Equal(ScriptStanding.Failed, start.Standing);
        Assert.Contains("abandoned and ended", start.Text, StringComparison.Ordinal);
        Assert.Equal(ScriptStanding.Stopped, agent.Stop(default).Standing);
    }

    [Fact]
    public void Missing_agent_is_impossible_and_says_what_to_install()
    {
        var answer = Agent("NoSuchAgent").Start(default);
        Assert.Equal(ScriptStanding.Impossible, answer.Standing);
        Assert.Contains("resource-agents", answer.Text, StringComparison.Ordinal);
    }

    private static OcfAgent Agent(string name, params (string Name, string Value)[] parameters) =>
        new("heartbeat", name, $"under-test-{Guid.NewGuid():N}", parameters.ToDictionary(pair => pair.Name, pair => pair.Value));
}
