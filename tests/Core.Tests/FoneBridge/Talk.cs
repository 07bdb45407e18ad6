using Appliance.Core.FoneBridge;
using Appliance.Core.FoneBridge.Wire;
using Appliance.Core.Time;

namespace Appliance.Core.Tests.FoneBridge;

/// <summary>Plays a session against a bridge on virtual time and writes down what it sent.</summary>
internal sealed class Talk(BridgeSession session, Func<BridgeRequest, byte[]?> bridge)
{
    /// <summary>Every session ends within this many steps whatever the bridge does.</summary>
    private const int StepsMax = 2000;

    private readonly Queue<byte[]> _onTheWay = new();

    public List<byte[]> Sent { get; } = [];

    public List<BridgeEffect> Effects { get; } = [];

    public Instant Now { get; private set; } = Instant.FromMilliseconds(1000);

    /// <summary>Called before each request reaches the bridge, with its number from 0.</summary>
    public Action<int>? BeforeRequest { get; init; }

    public BridgeOutcome Play()
    {
        Perform(session.Step(new BridgeEvent.Started(), Now));
        for (var steps = 0; session.Outcome is null; steps++)
        {
            Assert.True(steps < StepsMax, "the session does not end");
            if (_onTheWay.TryDequeue(out var reply))
            {
                Now += TimeSpan.FromMilliseconds(1);
                Perform(session.Step(new BridgeEvent.Arrived(reply), Now));
                continue;
            }

            Now = session.Deadline!.Value;
            Perform(session.Step(new BridgeEvent.Tick(), Now));
        }

        Assert.Null(session.Deadline);
        return session.Outcome!;
    }

    private void Perform(IEnumerable<BridgeEffect> effects)
    {
        foreach (var effect in effects)
        {
            Effects.Add(effect);
            if (effect is BridgeEffect.Drain or BridgeEffect.Renew) _onTheWay.Clear();
            if (effect is not BridgeEffect.Send send) continue;
            BeforeRequest?.Invoke(Sent.Count);
            Sent.Add(send.Request.ToUdp());
            if (bridge(send.Request) is { } reply) _onTheWay.Enqueue(reply);
        }
    }
}

/// <summary>The least bridge that keeps what it is told. It echoes the parameter in replies, or does not.</summary>
internal sealed class PlainBridge(byte[] staticInfo, bool echoes = true)
{
    private byte[] _priorities = [0, 0, 0, 0];
    private uint _sent;

    public static PlainBridge Of(string session, bool echoes = true) => new(RecordedSessions.Replies(session)[0][2..], echoes);

    public byte[] Links { get; private set; } = new byte[64];

    public byte[] GpakFlashBytes { get; set; } = [.. new byte[128], 3, 0x80, 0x32, 3, 0x40, 0, 0, 0];

    public bool Transmits { get; private set; } = true;

    public byte[] Destination { get; private set; } = [];

    public byte[] Answer(BridgeRequest request)
    {
        byte[] payload = request.Command switch
        {
            BridgeCommand.GetStaticInfo => staticInfo,
            BridgeCommand.Reconfig => Reconfig(request),
            BridgeCommand.SetPriority => request.Parameter == 0 ? _priorities : _priorities = request.Payload,
            BridgeCommand.GetGpakFlash => GpakFlashBytes,
            BridgeCommand.ReadBlock => [.. request.Payload, .. staticInfo.AsSpan(72, 256)],
            BridgeCommand.LineReadRegister => [.. request.Payload, 1],
            BridgeCommand.GetStatistics => new BridgeStatistics([0, 0], [_sent += 1000, 0], [0, 0], 0).ToBytes(),
            BridgeCommand.TransmitControl => Transmit(request.Parameter == 1),
            BridgeCommand.DestinationMac => Steer(request.Payload),
            _ => new byte[request.ReplyBytes],
        };
        return [echoes ? request.Parameter : (byte)0, 0, .. payload];
    }

    private byte[] Reconfig(BridgeRequest request) => request.Parameter == 0 ? Links : Links = request.Payload;

    private byte[] Transmit(bool on)
    {
        Transmits = on;
        return [];
    }

    private byte[] Steer(byte[] mac)
    {
        Destination = mac;
        return [];
    }
}
