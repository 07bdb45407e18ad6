using System.Net;
using Appliance.Agent.Clock;
using Appliance.Agent.FoneBridge;
using Appliance.Agent.Lines;
using Appliance.Core.Cluster;
using Appliance.Core.FoneBridge;
using Appliance.Core.FoneBridge.Wire;
using Appliance.Core.Resources;
using Appliance.Drivers.FoneBridge;

namespace Appliance.Agent.Tests.Lines;

/// <summary>The lines of a bridge against its twin, over loopback.</summary>
public sealed class BridgeLineTests : IDisposable
{
    private static readonly EthernetAddress Own = new(0x020000000011);
    private static readonly EthernetAddress Other = new(0x020000000022);
    private readonly SimulatedFoneBridge _bridge = new(new BridgeIdentity());
    private readonly SimulatedBridgeServer _server;
    private readonly Source _source;
    private readonly BridgeLine _line;
    private volatile NodeState _state = LineStates.Node(Role.Active);
    private volatile string _failed = "";
    private volatile Action? _arrived;
    private int _packets;

    public BridgeLineTests()
    {
        _server = new SimulatedBridgeServer(_bridge, new IPEndPoint(IPAddress.Loopback, 0), (_, _) =>
        {
            Interlocked.Increment(ref _packets);
            _arrived?.Invoke();
        });
        _source = new Source(_server.EndPoint, new SimulatedVoiceEar(_bridge, _server.Gate, Own));
        _line = new BridgeLine("bridge", "fonebridge", 0, TimeSpan.FromMilliseconds(400), _source, () => BootClock.Now, () => { });
    }

    [Fact]
    public void Starting_steers_voice_here_and_stopping_leaves_tx_on()
    {
        using var turning = Turn();
        var verdict = _line.Take(Bound(20));
        Assert.True(verdict.Outcome == Outcome.Success, verdict.Text);
        Assert.Equal((Own, 1), Where());
        Assert.Equal(LineStanding.Here, _line.View.Standing);
        _line.Release(Bound(20));
        Assert.Equal((Own, 1), Where());
        Assert.Equal(LineStanding.There, _line.View.Standing);
    }

    [Fact]
    public void A_bridge_that_lost_power_is_configured_again()
    {
        using var turning = Turn();
        Assert.Equal(Outcome.Success, _line.Take(Bound(20)).Outcome);
        _line.Begin();
        lock (_server.Gate) _bridge.Faults.RestartsAfter = 0;
        KeeperFixture.Until(() => Where() == (Own, 1) && Links() == Wanted(), "voice is back with the spans as wanted");
        KeeperFixture.Until(() => _line.View.Standing == LineStanding.Here, "and the view says so");
    }

    [Fact]
    public void Voice_that_somebody_else_takes_is_taken_back_while_the_group_is_held()
    {
        using var turning = Turn();
        Assert.Equal(Outcome.Success, _line.Take(Bound(20)).Outcome);
        _line.Begin();
        lock (_server.Gate) _bridge.Answer(BridgeRequest.SetDestination(1, Other).ToUdp());
        KeeperFixture.Until(() => Where() == (Own, 1), "it is taken back");
    }

    [Fact]
    public void Lines_that_were_let_go_are_not_taken_back()
    {
        using var turning = Turn();
        Assert.Equal(Outcome.Success, _line.Take(Bound(20)).Outcome);
        _line.Begin();
        _line.Release(Bound(20));
        lock (_server.Gate) _bridge.Answer(BridgeRequest.SetDestination(1, Other).ToUdp());
        Thread.Sleep(2000); // Silence for longer than it is borne while the lines are held.
        Assert.Equal((Other, 1), Where());
    }

    [Fact]
    public void Not_a_packet_is_said_without_the_group()
    {
        _state = LineStates.Node(Role.Passive);
        using var turning = Turn();
        var verdict = _line.Take(Bound(0.4));
        Assert.Contains("not held here", verdict.Text, StringComparison.Ordinal);
        Assert.Equal(0, _packets);
    }

    [Fact]
    public void A_hold_that_is_lost_under_way_ends_with_tx_on_and_nothing_more()
    {
        lock (_server.Gate) _bridge.Faults.Delay = TimeSpan.FromMilliseconds(60);
        var asked = 0;
        using var link = _source.Open(out _)!;
        var config = _source.Read(out _)!;
        // Allowed for the first question and the stop of TX; then the group is somebody else's.
        var outcome = BridgeConversation.Hold(new SteerSession(config), link, new Sent(request =>
        {
            if (request.StopsTransmit) Volatile.Write(ref asked, 1);
        }), () => Volatile.Read(ref asked) == 0);
        Assert.False(outcome.Ok);
        Assert.Equal(TransmitState.On, outcome.Transmit);
        lock (_server.Gate) Assert.Equal((1, default), (_bridge.Transmit, _bridge.Destination(1)));
    }

    [Fact]
    public void A_start_that_is_given_up_while_the_bridge_is_told_again_still_says_what_was_wrong()
    {
        _source.Simulated.IsCut = true;
        using var turning = Turn();
        using var abandon = new CancellationTokenSource();
        _arrived = () =>
        {
            if (_line.View.Text.Contains("no voice arrives", StringComparison.Ordinal)) abandon.Cancel();
        };
        Assert.Contains("no voice arrives", _line.Take(abandon.Token).Text, StringComparison.Ordinal);
        _arrived = null;
    }

    [Fact]
    public void A_bridge_that_answers_while_no_voice_arrives_is_not_here()
    {
        _source.Simulated.IsCut = true;
        using var turning = Turn();
        var verdict = _line.Take(Bound(6));
        Assert.Equal(Outcome.Failed, verdict.Outcome);
        Assert.Contains("no voice arrives", verdict.Text, StringComparison.Ordinal);
        Assert.Equal(LineStanding.Unknown, _line.View.Standing);
        lock (_server.Gate) Assert.Equal(1, _bridge.Transmit);
        // A start that was given up holds nothing: voice that arrives later does not make it a success.
        _source.Simulated.IsCut = false;
        _line.Begin();
        Thread.Sleep(300);
        Assert.NotEqual(LineStanding.Here, _line.View.Standing);
    }

    [Fact]
    public void Where_nobody_may_listen_the_bridges_counter_counts()
    {
        _source.Simulated.Problem = "permission denied";
        using var turning = Turn();
        Assert.Equal(Outcome.Success, _line.Take(Bound(20)).Outcome);
    }

    [Fact]
    public void A_bridge_that_falls_silent_is_told_in_words_and_half_a_configuration_is_finished_later()
    {
        using var turning = Turn();
        Assert.Equal(Outcome.Success, _line.Take(Bound(20)).Outcome);
        _line.Watch(why => _failed = why);
        _line.Begin();
        lock (_server.Gate)
        {
            _bridge.Faults.RestartsAfter = 0;
            _bridge.Faults.DiesAfter = 4; // In the middle of what it is told then.
        }

        _source.Simulated.IsCut = true;
        KeeperFixture.Until(() => _line.View.Standing == LineStanding.Unknown, "the view says so");
        lock (_server.Gate) (_bridge.Faults.Silent, _bridge.Faults.DiesAfter) = (false, -1);
        _source.Simulated.IsCut = false;
        KeeperFixture.Until(() => Where() == (Own, 1) && Links() == Wanted(), () => $"the rest is told: {_line.View} {Where()} {Links()}");
        KeeperFixture.Until(() => _line.View.Standing == LineStanding.Here, "and the view says so");
    }

    [Fact]
    public void A_file_that_cannot_be_used_is_told_with_its_line()
    {
        _source.Problem = "/etc/appliance/redfone.conf:3: unknown key";
        using var turning = Turn();
        Assert.Contains("redfone.conf:3:", _line.Take(Bound(0.4)).Text, StringComparison.Ordinal);
        Assert.Equal(0, _packets);
    }

    public void Dispose()
    {
        _line.Dispose();
        _server.Dispose();
    }

    private LineStates.Turning Turn() => new(_line.Publish, () => _state);

    private (EthernetAddress, int) Where()
    {
        lock (_server.Gate) return (_bridge.Destination(1), _bridge.Transmit);
    }

    private string Links()
    {
        lock (_server.Gate) return Convert.ToHexString(_bridge.Links);
    }

    private string Wanted()
    {
        lock (_server.Gate) return Convert.ToHexString(LinkConfig.Merge(_source.Read(out _)!.Spans, _bridge.Links));
    }

    private static CancellationToken Bound(double seconds) => new CancellationTokenSource(TimeSpan.FromSeconds(seconds)).Token;

    private sealed class Source(IPEndPoint bridge, SimulatedVoiceEar ear) : IBridgeSource
    {
        public string Problem { get; set; } = "";

        public SimulatedVoiceEar Simulated => ear;

        public IVoiceEar Ear => ear;

        public BridgeConfig? Read(out string problem)
        {
            problem = Problem;
            if (problem.Length > 0) return null;
            var read = RedfoneConf.Read("[globals]\nfb=127.0.0.1\n[span1]\nframing=ccs\nencoding=hdb3\ncrc4\n"u8);
            return read.Config! with { Server = Own };
        }

        public IBridgeLink? Open(out string problem) => LinuxBridgeLink.TryOpen(bridge, null, out problem);
    }

    private sealed class Sent(Action<BridgeRequest> sent) : IBridgeWatch
    {
        public void Sending(BridgeRequest request) => sent(request);

        public void Arrived(byte[] datagram)
        {
        }
    }
}
