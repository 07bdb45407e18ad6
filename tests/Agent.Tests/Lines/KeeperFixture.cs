using Appliance.Agent.Clock;
using Appliance.Agent.Control;
using Appliance.Agent.Lines;
using Appliance.Core.Lines;

namespace Appliance.Agent.Tests.Lines;

/// <summary>A keeper with its socket and a relay that the test holds in its hand, in this process.</summary>
internal sealed class KeeperFixture : IDisposable
{
    public static readonly TimeSpan Dwell = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly string _folder = Directory.CreateTempSubdirectory("lines-keeper-").FullName;
    private readonly List<string> _told = [];
    private CancellationTokenSource _end = new();
    private RelayKeeper _keeper = null!;
    private ControlServer _control = null!;
    private Thread _thread = null!;
    private bool _runs;
    private long _signs;

    public KeeperFixture(bool shared = false)
    {
        IsShared = shared;
        Relay = new ScriptedRelay { Traits = new(true, LinePosition.B, shared) };
        Start();
    }

    public bool IsShared { get; }

    public ScriptedRelay Relay { get; private set; }

    public string Path => System.IO.Path.Combine(_folder, "relay-card.sock");

    /// <summary>Signs of life for systemd.</summary>
    public long Signs => Interlocked.Read(ref _signs);

    public string Told
    {
        get
        {
            lock (_told) return string.Join('\n', _told);
        }
    }

    public LineReply Ask(LineRequest request) => KeeperSocket.Once(Path, request, out _);

    public RelayStatus Status => Ask(new LineRequest(LineCommands.Status)).Status!;

    /// <summary>A fresh keeper of the same relay, as after a crash of the process.</summary>
    public void Start()
    {
        _end = new CancellationTokenSource();
        var settings = new KeeperSettings(LinePosition.A, IsShared, Dwell);
        _keeper = new RelayKeeper("card", "scripted", settings, Relay, () => BootClock.Now, Say, Bug);
        _control = ControlServer.Start(
            Path, (client, stopping) => new KeeperSession(client, _keeper, stopping).Run(), Bug, "{0} is taken", out var error)
            ?? throw new InvalidOperationException(error);
        _thread = new Thread(() => _keeper.Run(TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(20), Sign, _end.Token))
            { IsBackground = true };
        _thread.Start();
        _runs = true;
    }

    private void Sign() => Interlocked.Increment(ref _signs);

    /// <summary>As systemd does it: SIGTERM, and what is left of the process goes.</summary>
    public void Stop()
    {
        if (!_runs) return;
        _runs = false;
        _end.Cancel();
        Assert.True(_thread.Join(Patience), "the keeper does not end");
        _control.Dispose();
        _keeper.Dispose();
        _end.Dispose();
    }

    public static void Until(Func<bool> happened, string what) => Until(happened, () => what);

    public static void Until(Func<bool> happened, Func<string> what)
    {
        var until = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (!happened())
        {
            Assert.True(Environment.TickCount64 < until, $"it does not happen: {what()}");
            Thread.Sleep(2);
        }
    }

    public void Dispose()
    {
        Relay.Free();
        Stop();
        Directory.Delete(_folder, recursive: true);
    }

    private void Say(bool alarm, string text)
    {
        lock (_told) _told.Add(text);
    }

    private static void Bug(Exception bug) => Environment.FailFast(bug.ToString());
}
