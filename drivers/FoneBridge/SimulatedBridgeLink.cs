using System.Diagnostics;

namespace Appliance.Drivers.FoneBridge;

/// <summary>The way to a simulated bridge in the same process. Late and double replies are as its faults say.</summary>
public sealed class SimulatedBridgeLink(SimulatedFoneBridge bridge) : IBridgeLink
{
    private readonly Queue<(byte[] Reply, long Due)> _onTheWay = new();

    public string Send(ReadOnlySpan<byte> datagram)
    {
        if (bridge.Answer(datagram) is not { } reply) return "";
        var due = Stopwatch.GetTimestamp() + (long)(bridge.Faults.Delay.TotalSeconds * Stopwatch.Frequency);
        for (var copies = bridge.Faults.Duplicates ? 2 : 1; copies > 0; copies--) _onTheWay.Enqueue((reply, due));
        return "";
    }

    public BridgeArrival Receive(TimeSpan patience)
    {
        var start = Stopwatch.GetTimestamp();
        if (_onTheWay.TryPeek(out var next))
        {
            var wait = Stopwatch.GetElapsedTime(start, next.Due);
            if (wait > patience) Thread.Sleep(patience);
            else
            {
                if (wait > TimeSpan.Zero) Thread.Sleep(wait);
                return new(_onTheWay.Dequeue().Reply, "");
            }
        }
        else if (patience > TimeSpan.Zero) Thread.Sleep(patience);

        return BridgeArrival.Silence;
    }

    public void Drain()
    {
        while (_onTheWay.TryPeek(out var next) && next.Due <= Stopwatch.GetTimestamp()) _onTheWay.Dequeue();
    }

    public string Renew()
    {
        _onTheWay.Clear();
        return "";
    }

    public void Dispose() => _onTheWay.Clear();
}
