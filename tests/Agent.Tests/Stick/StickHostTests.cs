using System.Text;
using Appliance.Agent.Status;
using Appliance.Agent.Stick;
using Appliance.Agent.Tests.Control;
using Appliance.Agent.Tests.Status;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Panel;

namespace Appliance.Agent.Tests.Stick;

/// <summary>What a stick asks of the running agent.</summary>
public sealed class StickHostTests : IDisposable
{
    private readonly SocketFixture _agent = new();

    public void Dispose() => _agent.Dispose();

    [Fact]
    public void A_button_that_is_held_lets_a_stick_in()
    {
        _agent.Agent.View = With(held: true);
        Assert.Null(new StickHost(_agent.Path, restarts: false).WaitForButton());
        Assert.Contains(_agent.Agent.PanelStates, state => state.StartsWith($"{PanelState.StickAsks} ", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_a_button_or_an_agent_nobody_is_waited_for()
    {
        _agent.Agent.View = With(held: null);
        Assert.Contains("no front button is configured", new StickHost(_agent.Path, false).WaitForButton(), StringComparison.Ordinal);
        _agent.Agent.View = Snapshots.Healthy with { Panel = null };
        Assert.Contains("no front button is configured", new StickHost(_agent.Path, false).WaitForButton(), StringComparison.Ordinal);
        Assert.Contains("cannot be asked for", new StickHost(_agent.Path + ".gone", false).WaitForButton(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_runs_here_is_not_pulled_away_by_a_stick()
    {
        var text = File.ReadAllText(RepositoryFiles.PathOf("docs", "appliance.minimal.toml"));
        var (running, fresh) = (Read(text), Read(text.Replace("192.168.1.245/24", "192.168.1.246/24", StringComparison.Ordinal)));
        var host = new StickHost(_agent.Path, restarts: false);
        Assert.Contains("resource pbx/vip runs here and is different", host.Obstacle(running, fresh), StringComparison.Ordinal);
        Assert.Null(host.Obstacle(running, running));
        Assert.Null(host.Obstacle(null, fresh));
        _agent.Agent.View = Snapshots.Healthy with { Groups = [Snapshots.Pbx() with { Role = Role.Passive }] };
        Assert.Null(host.Obstacle(running, fresh));
    }

    private static StatusView With(bool? held) =>
        Snapshots.Healthy with { Panel = new PanelStatus("serving", null, null, [], []) { ButtonHeld = held } };

    private static ApplianceConfig Read(string text) => ConfigReader.Read(Encoding.UTF8.GetBytes(text)).Config!;
}
