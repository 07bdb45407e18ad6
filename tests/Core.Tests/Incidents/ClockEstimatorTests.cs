using Appliance.Core.Incidents;
using Appliance.Core.Time;

namespace Appliance.Core.Tests.Incidents;

/// <summary>Whatever the delays, the drift and the wire do, the true offset lies within the bounds that the estimator tells.</summary>
public sealed class ClockEstimatorTests
{
    [Fact]
    public void Truth_lies_within_the_error_for_any_delays_and_drift()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var world = new World(seed);
            for (var second = 0; second < 120; second++)
            {
                world.Run(1000);
                world.Check($"seed {seed}, second {second}");
            }
        }
    }

    [Fact]
    public void Half_of_the_peer_takes_the_rhythm_out_of_the_error()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var world = new World(seed) { DelayMs = 0.3, JitterMs = 2 };
            world.Run(20_000);
            var alone = world.Own.Estimate(world.OwnNow)!.Value.ErrorMs;
            Assert.True(world.Own.Learn(world.Peer.Half(world.PeerNow)!.Value, world.OwnNow), $"seed {seed}: the half was refused");
            var both = world.Own.Estimate(world.OwnNow)!.Value.ErrorMs;
            Assert.True(both <= alone, $"seed {seed}: {both} ms with the half, {alone} ms without");
            Assert.True(both <= 5, $"seed {seed}: {both} ms although some heartbeats took less than 1 ms");
            world.Check($"seed {seed}");
        }
    }

    [Fact]
    public void One_direction_gives_no_estimate()
    {
        var estimator = new ClockEstimator();
        for (var beat = 0; beat < 50; beat++) estimator.Hear(1, (uint)(5000 + beat * 100), Instant.FromMilliseconds(beat * 100), null);
        Assert.Null(estimator.Estimate(Instant.FromMilliseconds(5000)));
        Assert.NotNull(estimator.Half(Instant.FromMilliseconds(5000)));
    }

    [Fact]
    public void Nothing_heard_gives_nothing()
    {
        var estimator = new ClockEstimator();
        Assert.Null(estimator.Estimate(Instant.Boot));
        Assert.Null(estimator.Half(Instant.Boot));
        Assert.False(estimator.Learn(17, Instant.Boot));
    }

    [Fact]
    public void Reboot_of_the_peer_is_another_clock_and_the_old_one_is_kept()
    {
        var world = new World(7);
        world.Run(10_000);
        var before = world.Own.Estimate(world.OwnNow)!.Value;
        world.RebootPeer();
        world.Run(10_000);
        Assert.Equal(1, world.Own.Steps);
        world.Check("after the reboot");
        var earlier = world.Own.Earlier!.Value;
        Assert.InRange((int)(earlier.AheadMs - before.AheadMs), -before.ErrorMs - 5, before.ErrorMs + 5);
    }

    [Theory]
    [InlineData(-4000)]
    [InlineData(2500)]
    [InlineData(90_000)]
    public void Pause_or_step_of_the_peers_clock_is_noticed(int stepMs)
    {
        var world = new World(3);
        world.Run(10_000);
        world.StepPeer(stepMs);
        world.Run(3000);
        Assert.Equal(1, world.Own.Steps);
        world.Check("after the step");
    }

    [Fact]
    public void Long_silence_widens_the_error_by_the_drift()
    {
        var world = new World(5);
        world.Run(10_000);
        var fresh = world.Own.Estimate(world.OwnNow)!.Value.ErrorMs;
        world.Sleep(3_600_000);
        var old = world.Own.Estimate(world.OwnNow)!.Value.ErrorMs;
        Assert.InRange(old - fresh, 700, 740); // An hour of 200 ppm is 720 ms.
        world.Check("after an hour of silence");
        world.Run(5000);
        Assert.True(world.Own.Estimate(world.OwnNow)!.Value.ErrorMs <= fresh + 50, "the silence is over and the error is not");
        world.Check("after the silence");
    }

    [Fact]
    public void Clock_that_wraps_is_the_same_clock()
    {
        var world = new World(11) { PeerAheadMs = uint.MaxValue - 5000.0 };
        for (var second = 0; second < 20; second++)
        {
            world.Run(1000);
            world.Check($"second {second}");
        }

        Assert.Equal(0, world.Own.Steps);
    }

    [Fact]
    public void Half_that_contradicts_is_left_out()
    {
        var world = new World(2);
        world.Run(10_000);
        var before = world.Own.Estimate(world.OwnNow);
        // As of a peer that has not heard of our reboot: our clock would be an hour off.
        Assert.False(world.Own.Learn(world.Peer.Half(world.PeerNow)!.Value + 3_600_000, world.OwnNow));
        Assert.Equal(before, world.Own.Estimate(world.OwnNow));
    }

    [Fact]
    public void Moments_of_the_peer_come_back_from_beyond_32_bits()
    {
        var offset = new ClockOffset(unchecked((uint)-3000), 1);
        const long peer = (7L << 32) + 12_345;
        Assert.Equal(500_000 + 45, new ClockOffset(unchecked((uint)(peer - 500_045)), 0).ToOwn(peer, 498_000));
        Assert.Equal(13_000, offset.ToOwn(10_000, 12_000));
    }

    /// <summary>Two nodes with clocks of their own and a wire with delays, told to both estimators as the heartbeat thread does.</summary>
    private sealed class World
    {
        private readonly Random _random;
        private readonly double _drift;
        private readonly double _phase;
        private readonly Queue<(double At, bool ToOwn, uint Sent, int Echo)> _wire = new();
        private readonly List<double> _saidByOwn = [];
        private readonly List<double> _saidByPeer = [];
        private double _now = 50_000;
        private int _heardByOwn = -1;
        private int _heardByPeer = -1;
        private ulong _incarnation = 1;

        public World(int seed)
        {
            _random = new Random(seed);
            _drift = (_random.NextDouble() - 0.5) * 180e-6;
            _phase = _random.Next(1, 99);
            PeerAheadMs = _random.Next(-40_000, 2_000_000);
            DelayMs = _random.NextDouble() * 3;
            JitterMs = _random.NextDouble() * 40;
        }

        public double PeerAheadMs { get; set; }

        public double DelayMs { get; init; }

        public double JitterMs { get; init; }

        public ClockEstimator Own { get; } = new();

        public ClockEstimator Peer { get; private set; } = new();

        public Instant OwnNow => Instant.FromMilliseconds(0) + TimeSpan.FromTicks((long)(_now * TimeSpan.TicksPerMillisecond));

        public Instant PeerNow => Instant.FromMilliseconds(0) + TimeSpan.FromTicks((long)(PeerClock(_now) * TimeSpan.TicksPerMillisecond));

        public void Run(int milliseconds)
        {
            var end = _now + milliseconds;
            for (; _now < end; _now += 0.5)
            {
                if (IsDue(0)) Speak(byOwn: true);
                if (IsDue(_phase)) Speak(byOwn: false);
                while (_wire.TryPeek(out var next) && next.At <= _now) Arrive(_wire.Dequeue());
            }
        }

        public void Sleep(int milliseconds)
        {
            _wire.Clear();
            _now += milliseconds;
        }

        public void RebootPeer()
        {
            PeerAheadMs -= PeerClock(_now) - 9000;
            (Peer, _incarnation, _heardByPeer) = (new ClockEstimator(), _incarnation + 1, -1);
            _saidByPeer.Clear();
            _wire.Clear();
        }

        public void StepPeer(int milliseconds)
        {
            PeerAheadMs += milliseconds;
            _wire.Clear();
        }

        public void Check(string where)
        {
            if (Own.Estimate(OwnNow) is not { } estimate) return;
            var off = (int)(estimate.AheadMs - (uint)(long)Math.Round(PeerClock(_now) - _now));
            Assert.True(Math.Abs(off) <= estimate.ErrorMs + 1, $"{where}: off by {off} ms, said +-{estimate.ErrorMs}");
        }

        private double PeerClock(double own) => own + PeerAheadMs + own * _drift;

        private bool IsDue(double phase) => Math.Abs((_now - phase) % 100) < 0.25;

        private void Speak(bool byOwn)
        {
            var said = byOwn ? _saidByOwn : _saidByPeer;
            said.Add(byOwn ? _now : PeerClock(_now));
            var delay = DelayMs + _random.NextDouble() * _random.NextDouble() * JitterMs * (byOwn ? 1 : 3);
            var arrives = Math.Max(_now + delay, _wire.Count > 0 ? _wire.Last().At : 0);
            _wire.Enqueue((arrives, !byOwn, (uint)(long)Math.Floor(said[^1]), byOwn ? _heardByOwn : _heardByPeer));
        }

        private void Arrive((double At, bool ToOwn, uint Sent, int Echo) frame)
        {
            var said = frame.ToOwn ? _saidByOwn : _saidByPeer;
            Instant? echo = frame.Echo >= 0 && frame.Echo < said.Count
                ? Instant.Boot + TimeSpan.FromTicks((long)(said[frame.Echo] * TimeSpan.TicksPerMillisecond)) : null;
            if (frame.ToOwn) Own.Hear(_incarnation, frame.Sent, OwnNow, echo);
            else Peer.Hear(1, frame.Sent, PeerNow, echo);
            if (frame.ToOwn) _heardByOwn = _saidByPeer.Count - 1 - InFlight(toOwn: true);
            else _heardByPeer = _saidByOwn.Count - 1 - InFlight(toOwn: false);
        }

        private int InFlight(bool toOwn) => _wire.Count(frame => frame.ToOwn == toOwn);
    }
}
