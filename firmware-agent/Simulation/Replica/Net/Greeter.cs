namespace Appliance.Simulation.Replica.Net;

/// <summary>Makes connections: node 0 listens, node 1 dials, again and again while its engine wants one. Each side is told when its own
/// greeting is through; what the other one sends meanwhile waits.</summary>
public sealed class Greeter
{
    private readonly ReplicaWorld _world;
    private readonly Dice _dice;
    private readonly List<SimConnection> _all = [];

    public Greeter(ReplicaWorld world)
    {
        (_world, _dice) = (world, world.Dice.Fork(41));
        Dial();
    }

    /// <summary>The cable changed: what waits is sent again, or the break is heard.</summary>
    public void CableChanged(bool loud)
    {
        foreach (var connection in _all)
        {
            connection.Nudge();
            if (!loud) continue;
            for (var node = 0; node < 2; node++)
            {
                var side = node;
                var heard = _dice.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(60));
                _world.Timeline.After(heard, () => connection.Break(side, "no route"));
            }
        }
    }

    /// <summary>Somebody without the key knocks: the greeting fails, and nothing else must change.</summary>
    public void Stranger(int node) => _world.Hosts[node].Process?.Link.Knocked();

    private void Dial()
    {
        _world.Timeline.After(_dice.Between(TimeSpan.FromMilliseconds(40), TimeSpan.FromMilliseconds(300)), Dial);
        var (listener, dialler) = (_world.Hosts[0].Process, _world.Hosts[1].Process);
        if (_world.Link.IsWhole is false || listener is not { IsAlive: true } || dialler is not { IsAlive: true }) return;
        if (!listener.Link.IsWanted || !dialler.Link.IsWanted || dialler.Link.IsUp) return;
        if (_world.Hosts[0].IsPaused || _world.Hosts[1].IsPaused) return;
        var connection = new SimConnection(_world.Timeline, _dice.Fork((uint)_all.Count), _world.Link, listener.Link, dialler.Link);
        _all.RemoveAll(old => old.IsOver);
        _all.Add(connection);
        _world.Tell(-1, "the nodes are connected");
        _world.Oracle.LinkUp();
        listener.WhenRunning(() => { if (listener.IsAlive) listener.Link.Up(connection); });
        dialler.WhenRunning(() => { if (dialler.IsAlive) dialler.Link.Up(connection); });
    }
}
