using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.History;
using Appliance.Core.Time;

namespace Appliance.Core.Tests.Replica.Engine;

/// <summary>Two engines, two perfect disks and a perfect cable that can be cut: enough to tell stories about states. Power, torn writes
/// and lost bytes are the simulator's.</summary>
internal sealed class TwoReplicas
{
    public const int Blocks = 512;
    public const long Size = (long)Blocks * Geometry.BlockBytes;
    private readonly Queue<(Side From, uint Session, ReplicaEffect Effect, byte[] Payload)> _wire = new();
    private uint _session;

    public TwoReplicas(Func<ReplicaConfig, ReplicaConfig>? change = null)
    {
        change ??= config => config;
        A = new Side(this, 0, change(Config(0)));
        B = new Side(this, 1, change(Config(1)));
        (A.Peer, B.Peer) = (B, A);
    }

    public Side A { get; }

    public Side B { get; }

    public Instant Now { get; set; } = Instant.FromMilliseconds(1000);

    public bool IsCut { get; private set; }

    /// <summary>The cable loses everything, and nobody has noticed yet.</summary>
    public bool Loses { get; set; }

    public static ReplicaConfig Config(int node) => new("data", node, ["a", "b"], Protocol.C, 4 << 20, 1L << 40);

    /// <summary>Both attached and connected, A forced to be the truth, B copied.</summary>
    public static TwoReplicas Synced(Func<ReplicaConfig, ReplicaConfig>? change = null)
    {
        var pair = new TwoReplicas(change);
        pair.A.Create();
        pair.B.Create();
        pair.A.Order(new ReplicaOrder.Primary(1, false, Force: true));
        pair.Connect();
        pair.Run(TimeSpan.FromSeconds(3));
        Assert.Equal((ConnectionState.Connected, DiskState.UpToDate), (pair.A.Engine.Connection, pair.B.Engine.Disk));
        return pair;
    }

    public void Connect()
    {
        A.Order(new ReplicaOrder.Connect(false));
        B.Order(new ReplicaOrder.Connect(false));
    }

    public void Cut()
    {
        IsCut = true;
        _wire.Clear();
        foreach (var side in new[] { A, B }) side.Down("cut");
        Settle();
    }

    public void Heal()
    {
        IsCut = Loses = false;
        Settle();
    }

    public void Run(TimeSpan time)
    {
        for (var end = Now + time; Now < end; Now += TimeSpan.FromMilliseconds(10))
        {
            A.Tick();
            B.Tick();
            Settle();
        }
    }

    /// <summary>Until nothing moves at this moment.</summary>
    public void Settle()
    {
        for (var round = 0; ; round++)
        {
            Assert.True(round < 100_000, "the two never come to rest");
            var any = A.Perform() | B.Perform();
            if (A.WantsLink && B.WantsLink && !IsCut && A.Session == 0 && B.Session == 0)
            {
                _session++;
                (A.Session, B.Session) = (_session, _session);
                A.Step(ReplicaEvent.LinkUp(_session));
                B.Step(ReplicaEvent.LinkUp(_session));
                any = true;
            }

            while (_wire.TryDequeue(out var frame))
            {
                any = true;
                frame.From.Peer.Hear(frame.Session, frame.Effect, frame.Payload);
            }

            if (!any) return;
        }
    }

    internal void IsCutFor(Side side)
    {
        _wire.Clear();
        (A.Session, B.Session) = (0, 0);
        side.Peer.Step(ReplicaEvent.LinkDown(_session, "the peer is gone"));
    }

    internal void Send(Side from, in ReplicaEffect effect)
    {
        var payload = effect.Buffer == BlockBuffers.None ? [] : from.Buffers.Of(effect.Buffer, effect.Header.Length).ToArray();
        if (effect.Buffer != BlockBuffers.None) from.Buffers.Release(effect.Buffer);
        if (from.Session == effect.Session && from.Session != 0 && !Loses) _wire.Enqueue((from, effect.Session, effect, payload));
    }

    internal static void Closed(Side side, bool final)
    {
        side.WantsLink &= !final;
        if (side.Session == 0) return;
        side.Session = 0;
        side.Peer.Down("closed by the peer");
    }
}
