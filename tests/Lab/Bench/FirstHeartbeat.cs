using System.Runtime.InteropServices;
using Appliance.Lab.Host;
using Appliance.Lab.Setup;
using Appliance.Lab.Stacks;

namespace Appliance.Lab.Bench;

/// <summary>How long the agent takes from its start to its first datagram on the cable, seen from outside at the switch.</summary>
public static partial class FirstHeartbeat
{
    private const int PacketFamily = 17;
    private const int DatagramSocket = 2;
    // ETH_P_ALL in network order: a bridge takes the frames of its ports before sockets bound to one protocol see them.
    private const ushort EveryProtocol = 0x0300;
    private const int PacketLevel = 263;
    private const int IgnoreOutgoing = 23; // PACKET_IGNORE_OUTGOING: what the switch sends to the node is not the node's.
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

    private static unsafe double? Listen(string port, ManualResetEventSlim ready)
    {
        var descriptor = socket(PacketFamily, DatagramSocket, EveryProtocol);
        var address = new LinkLayerAddress { Family = PacketFamily, Protocol = EveryProtocol, Interface = (int)if_nametoindex(port) };
        var yes = 1;
        if (descriptor < 0 || setsockopt(descriptor, PacketLevel, IgnoreOutgoing, &yes, sizeof(int)) != 0
            || bind(descriptor, in address, Marshal.SizeOf<LinkLayerAddress>()) != 0)
            throw new LabException($"cannot listen at the switch's port {port}");
        ready.Set();
        var end = MonotonicClock.NowMs + Limit.TotalMilliseconds;
        var packet = stackalloc byte[64];
        var waiting = new PollDescriptor { Descriptor = descriptor, Wanted = 1 };
        double? moment = null;
        while (moment is null && MonotonicClock.NowMs < end)
            if (poll(&waiting, 1, 100) > 0 && recv(descriptor, packet, 64, 0) >= 20 && packet[0] >> 4 == 4 && packet[9] == UdpProtocol)
                moment = MonotonicClock.NowMs;
        _ = close(descriptor);
        return moment;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct LinkLayerAddress
    {
        public ushort Family;
        public ushort Protocol;
        public int Interface;
        public ushort HardwareType;
        public byte PacketType;
        public byte AddressLength;
        public ulong Address;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Wanted;
        public short Seen;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int setsockopt(int descriptor, int level, int option, void* value, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int descriptor, in LinkLayerAddress address, int length);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial uint if_nametoindex(string name);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint recv(int descriptor, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int poll(PollDescriptor* descriptors, nuint count, int timeoutMs);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);
}
