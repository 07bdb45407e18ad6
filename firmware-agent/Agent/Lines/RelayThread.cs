using Appliance.Core.Lines;
using Appliance.Core;
using Appliance.Drivers.Relay;

namespace Appliance.Agent.Lines;

/// <summary>
/// The one thread that touches the relay. It may hang for as long as a kernel or a network likes: nobody waits for it, it is told what to
/// do and answers when it can.
/// </summary>
internal sealed class RelayThread : IDisposable
{
    private static readonly TimeSpan EndBound = TimeSpan.FromSeconds(1);
    private readonly IFailoverRelay _relay;
    private readonly Action<KeeperEvent.Answered> _answer;
    private readonly Thread _thread;
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _asked = new(false);
    private KeeperEffect.Ask? _next;
    private CancellationTokenSource? _abandon;
    private long _underWay;
    private volatile bool _end;

    /// <param name="relay">Owned.</param>
    /// <param name="answer">Told how every order ended, on this thread.</param>
    /// <param name="bug">Told of an exception that is our own bug; the process should end.</param>
    public RelayThread(string name, IFailoverRelay relay, Action<KeeperEvent.Answered> answer, Action<Exception> bug)
    {
        (_relay, _answer) = (relay, answer);
        _thread = new Thread(
            () =>
            {
                try
                {
                    Run();
                }
                catch (Exception fault)
                {
                    bug(fault);
                }
            }, Limits.ThreadStackBytes) { IsBackground = true, Name = $"relay {name}" };
    }

    public void Start() => _thread.Start();

    /// <summary>Returns at once. The order before it must have been answered.</summary>
    public void Ask(KeeperEffect.Ask order)
    {
        lock (_gate) _next = order;
        _asked.Set();
    }

    /// <summary>Asks the driver to give up, if that order is still under way.</summary>
    public void Abandon(long id)
    {
        lock (_gate)
            if (_underWay == id) _abandon?.Cancel();
    }

    /// <summary>A relay that hangs is left to the end of the process.</summary>
    public void Dispose()
    {
        _end = true;
        lock (_gate) _abandon?.Cancel();
        _asked.Set();
        if (_thread.IsAlive && !_thread.Join(EndBound)) return;
        _relay.Dispose();
        _asked.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _asked.WaitOne();
            if (_end) return;
            KeeperEffect.Ask? order;
            CancellationTokenSource abandon;
            lock (_gate)
            {
                order = _next;
                _next = null;
                _abandon = abandon = new CancellationTokenSource();
                _underWay = order?.Id ?? 0;
            }

            var answer = order is null ? null : Perform(order, abandon.Token);
            lock (_gate) (_abandon, _underWay) = (null, 0);
            abandon.Dispose();
            if (answer is not null && !_end)
                _answer(new KeeperEvent.Answered(order!.Id, answer.Position, answer.Confirmed, answer.IsDone ? "" : answer.Words));
        }
    }

    private RelayAnswer Perform(KeeperEffect.Ask order, CancellationToken abandon)
    {
        if (order.Order == RelayOrder.Read) return _relay.Read(abandon);
        if (order.Order == RelayOrder.Reset && _relay.Reset(abandon) is { IsDone: false } failed) return failed;
        return _relay.Set(order.Position, abandon);
    }
}
