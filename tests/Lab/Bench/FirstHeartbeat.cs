using Appliance.Lab.Host;
using Appliance.Lab.Setup;
using Appliance.Lab.Stacks;

namespace Appliance.Lab.Bench;

/// <summary>How long the agent takes from its start to its first datagram on the cable, seen from outside at the switch.</summary>
public static class FirstHeartbeat
{
    // A bridge takes the frames of its ports before sockets bound to one protocol see them.
    private const ushort EveryProtocol = 3;
    private const int UdpProtocol = 17;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Restarts the agent of the node that does not serve and measures; the median of three.</summary>
    public static double Measure(LabRun lab, IClusterStack stack)
    {
        var serving = lab.Serving();
        var node = lab.Nodes.First(candidate => !serving.Contains(candidate.Plan));
        return Enumerable.Range(0, 3).Select(_ => Once(lab, stack, node)).Order().ElementAt(1);
    }

    private static double Once(LabRun lab, IClusterStack stack, NodeMachine node)
    {
        node.Run("systemctl", "stop", stack.AgentUnit);
        double? first = null;
        using var ready = new ManualResetEventSlim();
        var listener = new Thread(() =>
        {
            NetworkNamespace.EnterOnThisThread(lab.Place.SwitchNamespace);
            first = Listen(LabNetwork.Port(node.Plan, "cable"), ready);
        });
        listener.Start();
        ready.Wait(Limit);
        node.Run("systemctl", "start", "--no-block", stack.AgentUnit);
        listener.Join();
        var started = double.Parse(node.Run("systemctl", "show", "--property=ExecMainStartTimestampMonotonic", "--value",
            stack.AgentUnit)) / 1000;
        return (first ?? throw new LabException($"{node.Plan.Name} sent nothing on the cable after a start")) - started;
    }

    private static double? Listen(string port, ManualResetEventSlim ready)
    {
        using var socket = new LinkLayerSocket(port, withHeader: false, EveryProtocol);
        socket.IgnoreOutgoing(); // What the switch sends to the node is not the node's.
        ready.Set();
        var end = MonotonicClock.NowMs + Limit.TotalMilliseconds;
        Span<byte> packet = stackalloc byte[64];
        while (MonotonicClock.NowMs < end)
            if (socket.Wait(TimeSpan.FromMilliseconds(100)) && socket.Take(packet) >= 20 && packet[0] >> 4 == 4 && packet[9] == UdpProtocol)
                return MonotonicClock.NowMs;
        return null;
    }
}
