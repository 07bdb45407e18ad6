using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Appliance.Lab.Host;

namespace Appliance.Lab.Bench.Replica;

/// <summary>
/// What the kernel alone takes to carry a mirrored write over the room's wire and its acknowledgement back: two threads that do nothing
/// else. No synchronous mirror over this wire can be faster than a write without a peer and this together.
/// </summary>
public static class WireRoundTrip
{
    private const int Port = 7799;
    private const int ThereBytes = 40 + 4096;
    private const int BackBytes = 40;
    private const int WarmUp = 500;
    private const int Rounds = 5000;

    /// <summary>Mean of some thousand round trips, microseconds.</summary>
    public static double MeanUs(BenchRoom room)
    {
        var result = double.NaN;
        using var listening = new ManualResetEventSlim();
        var far = In(room.NamespaceB, () => Echo(listening));
        listening.Wait();
        var near = In(room.NamespaceA, () => result = Ask());
        near.Join();
        far.Join();
        return result;
    }

    private static Thread In(string name, Action work)
    {
        var thread = new Thread(() =>
        {
            NetworkNamespace.EnterOnThisThread(name);
            work();
        }) { IsBackground = true };
        thread.Start();
        return thread;
    }

    private static void Echo(ManualResetEventSlim listening)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Parse(BenchRoom.AddressB), Port));
        listener.Listen();
        listening.Set();
        using var socket = listener.Accept();
        socket.NoDelay = true;
        var (question, answer) = (new byte[ThereBytes], new byte[BackBytes]);
        while (Fill(socket, question)) socket.Send(answer);
    }

    private static double Ask()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Parse(BenchRoom.AddressB), Port);
        var (question, answer) = (new byte[ThereBytes], new byte[BackBytes]);
        var begin = 0L;
        for (var round = -WarmUp; round < Rounds; round++)
        {
            if (round == 0) begin = Stopwatch.GetTimestamp();
            socket.Send(question);
            if (!Fill(socket, answer)) throw new LabException("the other end of the wire hung up");
        }
        return Stopwatch.GetElapsedTime(begin).TotalMicroseconds / Rounds;
    }

    private static bool Fill(Socket socket, Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var count = socket.Receive(bytes);
            if (count == 0) return false;
            bytes = bytes[count..];
        }
        return true;
    }
}
