using System.Text;
using Appliance.Agent.Clock;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Time;

namespace Appliance.Agent.Tests.Lines;

/// <summary>Configurations with lines, and the states in which a node may have them.</summary>
internal static class LineStates
{
    public const string Text = """
        [cluster]
        name = "lines"
        key-file = "/etc/appliance/cluster.key"
        [[node]]
        name = "pbx-a"
        [[node]]
        name = "pbx-b"
        [heartbeat]
        keepalive = "50ms"
        warntime = "150ms"
        deadtime = "400ms"
        initdead = "5s"
        [[heartbeat.link]]
        name = "cable"
        type = "udp"
        interface = "eth1"
        address = { pbx-a = "10.1.1.1", pbx-b = "10.1.1.2" }
        [device.card]
        driver = "lcus"
        node = "pbx-a"
        port = "/dev/appliance/relay"
        [device.bridge]
        driver = "fonebridge"
        address = "10.1.1.254"
        interface = "eth1"
        config = "/etc/appliance/redfone.conf"
        [[group]]
        name = "pbx"
        [[group.resource]]
        name = "asterisk"
        type = "service"
        unit = "asterisk.service"
        [[group.resource]]
        name = "pri"
        type = "tdm"
        after = ["asterisk"]
        device = "card"
        """;

    public static ApplianceConfig Config { get; } = Read(Text);

    public static ApplianceConfig Read(string text)
    {
        var result = ConfigReader.Read(Encoding.UTF8.GetBytes(text));
        Assert.True(result.Config is not null, string.Join('\n', result.Problems.Select(problem => problem.Message)));
        return result.Config;
    }

    /// <summary>A node at this moment.</summary>
    /// <param name="peer">What the peer says of the group's lines; null: it was never heard.</param>
    public static NodeState Node(Role role, uint term = 7, int node = 0, LineStanding? peer = null, PeerState life = PeerState.Up)
    {
        var state = NodeMachine.Start(Config, node, null, "boot", BootClock.Now);
        var group = state.Groups[0] with { Role = role, Vote = new Vote(term, (byte)node) };
        state = state with { Groups = [group], Revalidating = false, LastStep = BootClock.Now };
        if (peer is not { } line) return state;
        var said = new Core.Cluster.Heartbeat { Sender = (byte)(1 - node), Incarnation = 1, Sequence = 1, GroupCount = 1 };
        said.Groups[0] = new GroupFacts(Role.Passive, DataStanding.None, true, Vote.None, Wish.None, 1000, line);
        return state with { Peer = state.Peer with { State = life, Last = said, HeardAt = BootClock.Now, Fresh = true } };
    }

    /// <summary>Steps of a decision loop that turns until this is disposed.</summary>
    public sealed class Turning : IDisposable
    {
        private readonly Thread _thread;
        private volatile bool _end;

        public Turning(Action<NodeState> publish, Func<NodeState> state)
        {
            publish(state());
            _thread = new Thread(() =>
            {
                while (!_end)
                {
                    publish(state() with { LastStep = BootClock.Now });
                    Thread.Sleep(10);
                }
            }) { IsBackground = true };
            _thread.Start();
        }

        /// <summary>When it last turned, at the latest.</summary>
        public Instant Stop()
        {
            _end = true;
            _thread.Join();
            return BootClock.Now;
        }

        public void Dispose() => Stop();
    }
}
