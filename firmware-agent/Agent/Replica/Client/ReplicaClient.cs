using Appliance.Agent.Replica.Control;
using Appliance.Agent.Resources;
using Appliance.Core.Cluster;
using Appliance.Core.Replica;
using Appliance.Core;

namespace Appliance.Agent.Replica.Client;

/// <summary>
/// Follows the process of one replica: a thread that watches it, connects again whenever it is gone, and tells what changed. Orders go
/// over connections of their own, so that one that takes long holds up nothing.
/// </summary>
public sealed class ReplicaClient : IDisposable
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan StatusPatience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan EndBound = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly Action<ReplicaWatch?> _changed;
    private readonly Action<ReplicaNews> _news;
    private readonly SerialThread _orders;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _end = new();
    private readonly Lock _gate = new();
    private readonly List<Action<ReplicaWatch?>> _followers = [];
    private ReplicaSocket? _socket;
    private volatile ReplicaWatch? _last;
    private volatile MandateBox _mandate = new(default);

    private sealed record MandateBox(ReplicaMandate Mandate);

    /// <param name="name">Of the replica.</param>
    /// <param name="path">Its control socket.</param>
    /// <param name="changed">Told every change, and null when the process is gone; on the client's thread.</param>
    /// <param name="news">What a person should read.</param>
    public ReplicaClient(string name, string path, Action<ReplicaWatch?> changed, Action<ReplicaNews> news)
    {
        (Name, _path, _changed, _news) = (name, path, changed, news);
        _orders = new SerialThread($"orders {name}");
        _thread = new Thread(Run, Limits.ThreadStackBytes) { IsBackground = true, Name = $"replica {name}" };
    }

    public string Name { get; }

    /// <summary>What it said last; null while it is not there.</summary>
    public ReplicaWatch? Last => _last;

    /// <summary>What a promotion may rely on, by the newest decision.</summary>
    public ReplicaMandate Mandate
    {
        get => _mandate.Mandate;
        set
        {
            if (_mandate.Mandate != value) _mandate = new MandateBox(value);
        }
    }

    public void Start() => _thread.Start();

    /// <summary>Sees every line and at least one call a second, on the client's thread, until the result is disposed.</summary>
    public IDisposable Follow(Action<ReplicaWatch?> follower)
    {
        lock (_gate) _followers.Add(follower);
        return new Following(this, follower);
    }

    /// <summary>Gives an order and waits for its end.</summary>
    public ReplicaReply Order(string order, ReplicaArguments? arguments, TimeSpan patience) =>
        ReplicaSocket.Ask(_path, new ReplicaRequest(ReplicaCommands.Order, order, arguments), patience, out _);

    /// <summary>Gives an order without waiting; one that is refused is told, one that cannot be given is not (it will be given
    /// again).</summary>
    public void Post(ReplicaOrder order)
    {
        var (name, arguments) = Words(order);
        Post(name, arguments);
    }

    /// <summary>The same by the protocol's words.</summary>
    public void Post(string name, ReplicaArguments? arguments) => _orders.Post(() =>
    {
        var reply = ReplicaSocket.Ask(
            _path, new ReplicaRequest(ReplicaCommands.Order, name, arguments), ReplicaControl.OrderDeadline, out var reached);
        if (reached && !reply.Ok) _news(new ReplicaNews(NewsKind.Warning, $"the order {name} was refused: {reply.Error}"));
    });

    /// <summary>Everything it says about itself now; null when it does not answer soon.</summary>
    public ReplicaReply? Status() => Last is null ? null
        : ReplicaSocket.Ask(_path, new ReplicaRequest(ReplicaCommands.Status), StatusPatience, out _) is { Ok: true } reply ? reply : null;

    public void Dispose()
    {
        _end.Set();
        lock (_gate) _socket?.Abort();
        if (_thread.IsAlive) _thread.Join(EndBound);
        _orders.Dispose();
        _end.Dispose();
    }

    private void Run()
    {
        do
        {
            Watch();
            Told(null);
        }
        while (!_end.Wait(RetryPause));
    }

    private void Watch()
    {
        using var socket = ReplicaSocket.Connect(_path, out _);
        if (socket is null) return;
        lock (_gate) _socket = socket;
        if (!_end.IsSet && socket.Send(new ReplicaRequest(ReplicaCommands.Watch)))
        {
            while (socket.Receive(ReplicaControl.WatchPeriod * 3, out _) is { Ok: true } line)
            {
                if (line.News is { } news) _news(news);
                if (line.Watch is { } watch) Told(watch);
            }
        }

        lock (_gate) _socket = null;
    }

    private void Told(ReplicaWatch? watch)
    {
        var isNews = watch != _last;
        _last = watch;
        if (_end.IsSet) return;
        if (isNews) _changed(watch);
        Action<ReplicaWatch?>[] followers;
        lock (_gate) followers = [.. _followers];
        foreach (var follower in followers) follower(watch);
    }

    private static (string Name, ReplicaArguments? Arguments) Words(ReplicaOrder order) => order switch
    {
        ReplicaOrder.PeerFenced fenced => (ReplicaOrderNames.PeerFenced, new ReplicaArguments(Outdated: fenced.Outdated)),
        ReplicaOrder.Outdate => (ReplicaOrderNames.Outdate, null),
        ReplicaOrder.FailIo => (ReplicaOrderNames.FailIo, null),
        ReplicaOrder.PeerDead => (ReplicaOrderNames.PeerDead, null),
        _ => throw new Core.InvariantException($"the cluster does not order {order}"),
    };

    private sealed class Following(ReplicaClient client, Action<ReplicaWatch?> follower) : IDisposable
    {
        public void Dispose()
        {
            lock (client._gate) client._followers.Remove(follower);
        }
    }
}
