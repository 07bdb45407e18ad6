using Appliance.Simulation.Replica.Hosts;

namespace Appliance.Simulation.Replica.Net;

/// <summary>One authenticated connection between two processes. Each side learns of its end by itself, or never.</summary>
public sealed class SimConnection
{
    private readonly Timeline _timeline;
    private readonly SimLink _link;
    private readonly ProcessLink?[] _sides;
    private readonly BytePipe[] _pipes;

    public SimConnection(Timeline timeline, Dice dice, SimLink link, ProcessLink node0, ProcessLink node1)
    {
        (_timeline, _link) = (timeline, link);
        _sides = [node0, node1];
        _pipes =
        [
            new BytePipe(timeline, dice.Fork(0), link, 0, bytes => _sides[1]?.Arrived(this, bytes.Span)),
            new BytePipe(timeline, dice.Fork(1), link, 1, bytes => _sides[0]?.Arrived(this, bytes.Span)),
        ];
        for (var node = 0; node < 2; node++)
        {
            var side = _sides[node]!;
            _pipes[node].Drained = () => side.MaySend(this);
        }
    }

    /// <summary>Nobody uses it any more.</summary>
    public bool IsOver => _sides[0] is null && _sides[1] is null;

    public BytePipe PipeFrom(int node) => _pipes[node];

    public void Nudge()
    {
        foreach (var pipe in _pipes) pipe.Nudge();
    }

    /// <summary>This side is gone (closed, crashed). The other one hears of it if the cable works.</summary>
    public void Leave(int node, TimeSpan after, string words)
    {
        _sides[node] = null;
        _pipes[node].Close();
        var other = 1 - node;
        if (_sides[other] is { } left && !_link.Cut[node])
            _timeline.After(after, () => { if (_sides[other] == left) Break(other, words); });
    }

    /// <summary>This side notices that the connection is broken.</summary>
    public void Break(int node, string words)
    {
        if (_sides[node] is not { } side) return;
        _sides[node] = null;
        _pipes[node].Close();
        side.Ended(this, words);
    }
}
