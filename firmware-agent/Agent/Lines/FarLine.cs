using Appliance.Agent.Resources;
using Appliance.Core.Cluster;
using Appliance.Core.Resources;

namespace Appliance.Agent.Lines;

/// <summary>
/// The lines of a relay that the other node powers. They are here when that node lets them go: it says so in its heartbeat, it left, or it
/// is fenced. When it is only silent they are presumed here: its lease is over, but a machine that stands still as a whole with its relay
/// under power lets nothing go, and nobody can see that from here.
/// </summary>
public sealed class FarLine(string name, string driver, int group, Action changed) : ILine
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>A node that does not know where its lines are cannot hold them for long either: its lease is over by then.</summary>
    private static readonly TimeSpan UnknownPatience = TimeSpan.FromSeconds(3);

    /// <summary>The other node's word and ours may cross.</summary>
    private static readonly TimeSpan LossPatience = TimeSpan.FromSeconds(2);

    private volatile LineView _view = new(name, driver, LineStanding.Unknown, "the other node was not heard yet");
    private volatile Action<string>? _failed;
    private long _awaySince;

    public string Name => name;

    public LineView View => _view;

    /// <summary>Nothing is looked at but heartbeats.</summary>
    public void Begin()
    {
    }

    public void Publish(NodeState state)
    {
        var (standing, text, presumed) = Of(state, group);
        var view = new LineView(name, driver, standing, text) { PresumedHere = presumed };
        var before = _view;
        _view = view;
        if (before != view) changed();
        NoticeLoss(standing, text);
    }

    public Verdict Take(CancellationToken abandon)
    {
        var since = Environment.TickCount64;
        while (true)
        {
            var view = _view;
            if (view.Standing == LineStanding.Here) return Verdict.Done($"the lines are {view.Text}");
            if (view.PresumedHere) return Verdict.Done($"nothing can be asked: the lines are {view.Text}");
            if (view.Standing == LineStanding.Unknown && Environment.TickCount64 - since >= UnknownPatience.TotalMilliseconds)
                return Verdict.Done($"nothing more can be done from here: the lines are {view.Text}");
            if (abandon.WaitHandle.WaitOne(Pause)) return Verdict.Failed($"the lines of {name} do not come here: they are {view.Text}");
        }
    }

    public Verdict Release(CancellationToken abandon) => Verdict.Done("the other node takes the lines itself");

    public Verdict Kill(CancellationToken abandon) => Release(abandon);

    public Verdict IsHere(CancellationToken abandon)
    {
        var view = _view;
        return view.Standing == LineStanding.There
            ? new(Outcome.NotRunning, $"the lines are {view.Text}")
            : Verdict.Done($"the lines are {view.Text}");
    }

    public void Watch(Action<string>? failed)
    {
        Volatile.Write(ref _awaySince, 0);
        _failed = failed;
    }

    public void Dispose() => _failed = null;

    /// <summary>Where the lines are by what is known of the other node.</summary>
    internal static (LineStanding Standing, string Text, bool PresumedHere) Of(NodeState state, int group)
    {
        var situation = new Situation(state, group, state.LastStep);
        var peer = state.PeerName;
        if (!state.Peer.Known && state.Peer.State == PeerState.Unknown) return unknown($"{peer} was not heard yet");
        if (state.PeerFenced) return here($"{peer} is fenced");
        if (state.Peer.State == PeerState.Left) return here($"{peer} is gone");
        if (!situation.Peer.Alive)
        {
            // Not "here": the service goes on all the same, and whoever looks is told to look at the other machine.
            return (LineStanding.Unknown,
                $"presumed here ({peer} is silent: its lease is over, but if it hangs with its relay under power it still has them)", true);
        }

        return situation.PeerFacts.Line switch
        {
            LineStanding.There when state.Peer.Fresh => here($"{peer} has let them go"),
            LineStanding.There => unknown($"{peer} says that it has let them go, but may not hear us"),
            LineStanding.Here => (LineStanding.There, $"at {peer}", false),
            LineStanding.Unknown => unknown($"{peer} does not know where they are"),
            _ => unknown($"{peer} says nothing about them (does it run with another configuration?)"),
        };

        static (LineStanding, string, bool) here(string why) => (LineStanding.Here, $"here ({why})", false);
        static (LineStanding, string, bool) unknown(string why) => (LineStanding.Unknown, $"unknown ({why})", false);
    }

    private void NoticeLoss(LineStanding standing, string text)
    {
        if (_failed is not { } failed || standing != LineStanding.There)
        {
            Volatile.Write(ref _awaySince, 0);
            return;
        }

        var now = Environment.TickCount64;
        if (Volatile.Read(ref _awaySince) == 0) Volatile.Write(ref _awaySince, now);
        if (now - Volatile.Read(ref _awaySince) < LossPatience.TotalMilliseconds) return;
        Volatile.Write(ref _awaySince, 0);
        failed($"the lines are {text} although this node serves");
    }
}
