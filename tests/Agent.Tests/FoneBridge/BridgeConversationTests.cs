using System.Net;
using Appliance.Agent.FoneBridge;
using Appliance.Core.FoneBridge;
using Appliance.Core.FoneBridge.Wire;
using Appliance.Drivers.FoneBridge;

namespace Appliance.Agent.Tests.FoneBridge;

/// <summary>Whole sessions over loopback UDP against the twin.</summary>
public sealed class BridgeConversationTests : IDisposable
{
    private readonly SimulatedFoneBridge _bridge = new(new BridgeIdentity());
    private readonly SimulatedBridgeServer _server;
    private readonly LinuxBridgeLink _link;

    public BridgeConversationTests()
    {
        _server = new SimulatedBridgeServer(_bridge, new IPEndPoint(IPAddress.Loopback, 0));
        _link = LinuxBridgeLink.TryOpen(_server.EndPoint, null, out var problem) ?? throw new InvalidOperationException(problem);
    }

    [Fact]
    public void Configuring_twice_reprograms_once()
    {
        Assert.True(BridgeConversation.Hold(new ConfigureSession(Config()), _link).Ok);
        var watch = new Watch();
        var outcome = BridgeConversation.Hold(new ConfigureSession(Config()), _link, watch);
        Assert.True(outcome.Ok, outcome.Words);
        Assert.DoesNotContain(watch.Sent, request => request.Parameter == 0x0F);
        lock (_server.Gate) Assert.Equal((1, "02:aa:bb:cc:dd:01"), (_bridge.Transmit, _bridge.Destination(1).ToString()));
    }

    [Fact]
    public void Steering_moves_voice_and_its_leaving_is_proven()
    {
        BridgeConversation.Hold(new ConfigureSession(Config()), _link);
        var watch = new Watch();
        var outcome = BridgeConversation.Hold(
            new SteerSession(Config() with { Server = new EthernetAddress(0x020000000007) }), _link, watch);
        Assert.True(outcome.Ok, outcome.Words);
        Assert.Equal(5, watch.Sent.Count);
        lock (_server.Gate) Assert.Equal((1, "02:00:00:00:00:07"), (_bridge.Transmit, _bridge.Destination(1).ToString()));
        Assert.True(BridgeConversation.Hold(new VerifySession(Config()), _link).Ok);
        lock (_server.Gate) _bridge.Answer(BridgeRequest.StopTransmit().ToUdp());
        Assert.False(BridgeConversation.Hold(new VerifySession(Config()), _link).Ok);
    }

    [Fact]
    public void Bridge_that_lost_power_is_configured_by_steering()
    {
        BridgeConversation.Hold(new ConfigureSession(Config()), _link);
        lock (_server.Gate) _bridge.Restart();
        var session = new SteerSession(Config());
        Assert.True(BridgeConversation.Hold(session, _link).Ok);
        Assert.True(session.WasConfigured);
        lock (_server.Gate) Assert.Equal(1, _bridge.Links[0]);
    }

    [Fact]
    public void Power_lost_in_the_middle_never_ends_in_silence_untold()
    {
        for (var after = 0; after < 18; after++)
        {
            lock (_server.Gate) _bridge.Faults.RestartsAfter = after;
            var outcome = BridgeConversation.Hold(new ConfigureSession(Config()), _link);
            Assert.Equal(TransmitState.On, outcome.Transmit);
            lock (_server.Gate) Assert.Equal(1, _bridge.Transmit);
        }
    }

    [Fact]
    public void Replies_later_than_a_repetition_are_understood()
    {
        // Later than the first repetition, so that every request is asked twice and answered twice.
        lock (_server.Gate) _bridge.Faults.Delay = BridgeSession.RetryAfter + TimeSpan.FromMilliseconds(200);
        var session = new QuerySession();
        var outcome = BridgeConversation.Hold(session, _link);
        Assert.True(outcome.Ok, outcome.Words);
        Assert.Equal(64, session.Links.Length);
    }

    [Fact]
    public void Cancelled_session_ends_with_voice_on()
    {
        BridgeConversation.Hold(new ConfigureSession(Config()), _link);
        using var stop = new CancellationTokenSource();
        var watch = new Watch { OnSending = request => { if (request.Command == BridgeCommand.DestinationMac) stop.Cancel(); } };
        var outcome = BridgeConversation.Hold(new SteerSession(Config()), _link, watch, null, stop.Token);
        Assert.Equal((false, TransmitState.On), (outcome.Ok, outcome.Transmit));
        lock (_server.Gate) Assert.Equal(1, _bridge.Transmit);
    }

    [Fact]
    public void Address_is_written_and_counts_after_the_reset()
    {
        var outcome = BridgeConversation.Hold(new SetAddressSession(2, IPAddress.Parse("10.1.2.3"), reset: true), _link);
        Assert.True(outcome.Ok, outcome.Words);
        lock (_server.Gate) Assert.Equal((2, "10.1.2.3"), (_bridge.Starts, _bridge.Address.Address(2).ToString()));
    }

    public void Dispose()
    {
        _link.Dispose();
        _server.Dispose();
    }

    internal static BridgeConfig Config() => RedfoneConf.Read(
        "[globals]\nfb=127.0.0.1\nserver=02:aa:bb:cc:dd:01\n[span1]\nframing=ccs\nencoding=hdb3\ncrc4\n"u8).Config!;

    private sealed class Watch : IBridgeWatch
    {
        public List<BridgeRequest> Sent { get; } = [];

        public Action<BridgeRequest>? OnSending { get; init; }

        public void Sending(BridgeRequest request)
        {
            Sent.Add(request);
            OnSending?.Invoke(request);
        }

        public void Arrived(byte[] datagram)
        {
        }
    }
}
