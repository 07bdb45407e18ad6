using Appliance.Agent.Clock;
using Appliance.Agent.Decision;
using Appliance.Agent.Heartbeat;
using Appliance.Core;
using Appliance.Core.Time;
using Appliance.Drivers.Interop;
using Appliance.Drivers.UdpPort;

namespace Appliance.Agent.Witness;

/// <summary>The one thread of the witness: waits for heartbeats, answers each, and writes the log. A port that cannot be opened is tried
/// again every second.</summary>
public sealed class WitnessLoop : IDisposable
{
    private const int FramesPerWindow = 400;
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);

    private readonly UdpRoute.Listen _route;
    private readonly WitnessVoice _voice;
    private readonly Action<int, string> _journal;
    private readonly LinkLog _log;
    private readonly WakeFd _wake = new();
    private readonly byte[] _room = new byte[Limits.FrameBytesMax + 1];
    private LinuxUdpPort? _port;
    private string _portProblem = "";
    private volatile bool _ends;

    public WitnessLoop(WitnessOptions options, WitnessVoice voice, Action<int, string> journal)
    {
        _route = new UdpRoute.Listen(options.Listen.Address.ToString(), options.Listen.Port);
        (_voice, _journal) = (voice, journal);
        _log = new LinkLog([("witness", voice.Counters)], journal);
    }

    /// <summary>Ends <see cref="Run"/>. Any thread.</summary>
    public void End()
    {
        _ends = true;
        _wake.Wake();
    }

    public void Run()
    {
        var nextRound = BootClock.Now;
        while (!_ends)
        {
            var now = BootClock.Now;
            _voice.Tick(now);
            if (now >= nextRound)
            {
                nextRound = now + Round;
                Open();
                _log.Write(now);
            }

            var windowEnd = now + Window;
            if (!TakeAll() || _ends) Wait(windowEnd, listens: true);
            else Wait(windowEnd, listens: false);
        }
    }

    public void Dispose()
    {
        _port?.Dispose();
        _wake.Dispose();
    }

    private void Open()
    {
        if (_port is not null) return;
        _port = LinuxUdpPort.TryOpen(_route, out var problem);
        if (problem != _portProblem)
            _journal(problem.Length > 0 ? 4 : 5, problem.Length > 0 ? $"cannot listen yet: {problem}" : "listening again");
        _portProblem = problem;
    }

    /// <summary>Answers what has arrived, up to the allowance of a window. True when the allowance is used up.</summary>
    private bool TakeAll()
    {
        for (var taken = 0; _port is not null && taken < FramesPerWindow; taken++)
        {
            var got = _port.Receive(_room);
            if (got.Error != 0) return false;
            var answer = _voice.Answer(_room.AsSpan(0, Math.Min(got.Count, _room.Length)), BootClock.Now);
            if (!answer.IsEmpty && _port.Send(answer).Error == 0) _voice.Counters.Sent++;
        }

        return _port is not null;
    }

    private unsafe void Wait(Instant until, bool listens)
    {
        var entries = stackalloc PollFd[2];
        entries[0] = new PollFd { Fd = listens && _port is not null ? _port.Fd : -1, Events = PollFd.In };
        entries[1] = new PollFd { Fd = _wake.Fd, Events = PollFd.In };
        _ = PollFd.Wait(entries, 2, until - BootClock.Now);
    }
}
