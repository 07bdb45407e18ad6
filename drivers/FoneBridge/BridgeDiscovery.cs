using System.Diagnostics;
using Appliance.Core.FoneBridge.Wire;
using Appliance.Drivers.Interop;
using Appliance.Drivers.ServiceAddress;

namespace Appliance.Drivers.FoneBridge;

/// <summary>A bridge that answered.</summary>
/// <param name="From">Address its frame came from.</param>
public sealed record FoundBridge(EthernetAddress From, StaticInfo Info);

/// <summary>Raw Ethernet frames of one interface: asks every bridge on the segment who it is, and listens for voice. Needs
/// CAP_NET_RAW.</summary>
public static class BridgeDiscovery
{
    private const int FrameMax = 1600;
    private const int BridgesMax = 64;
    private static readonly byte[] Everybody = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];

    /// <summary>Bridges that answer within <paramref name="patience"/>, each once.</summary>
    /// <exception cref="IOException">No permission, or the interface is gone.</exception>
    public static IReadOnlyList<FoundBridge> Find(int linkIndex, TimeSpan patience)
    {
        using var socket = new PacketSocket(linkIndex, RawFrame.EtherType);
        var request = BridgeRequest.GetStaticInfo();
        if (!socket.Send(request.ToRaw(), Everybody)) throw new IOException($"the question cannot be sent: {Errno.LastWords}");
        var found = new Dictionary<EthernetAddress, FoundBridge>();
        Listen(socket, patience, (from, frame) =>
        {
            if (RawFrame.Read(frame, out _) is { First: 0, Payload.Length: StaticInfo.Size } reply)
                found.TryAdd(from, new FoundBridge(from, StaticInfo.Read(reply.Payload)));
            return found.Count < BridgesMax;
        });
        return [.. found.Values];
    }

    /// <summary>Gives the voice frames of an interface to the judge until it has its proof or <paramref name="patience"/> is over. A switch
    /// may let us overhear what another node gets: the judge is told.</summary>
    /// <exception cref="IOException">No permission, or the interface is gone.</exception>
    public static void Hear(int linkIndex, VoiceEvidence evidence, TimeSpan patience)
    {
        using var socket = new PacketSocket(linkIndex, TdmoeHeader.EtherType);
        Listen(socket, patience, (from, frame) => !evidence.Take(from, socket.LastIsForUs, frame));
    }

    private delegate bool Frame(EthernetAddress from, ReadOnlySpan<byte> frame);

    private static unsafe void Listen(PacketSocket socket, TimeSpan patience, Frame take)
    {
        var room = new byte[FrameMax];
        Span<byte> mac = stackalloc byte[EthernetAddress.Size];
        var start = Stopwatch.GetTimestamp();
        while (patience - Stopwatch.GetElapsedTime(start) is { Ticks: > 0 } left)
        {
            var entry = new PollFd { Fd = socket.Fd, Events = PollFd.In };
            if (PollFd.Wait(&entry, 1, left) == 0) continue;
            var frame = socket.Receive(room, mac);
            if (!frame.IsEmpty && !take(EthernetAddress.Read(mac), frame)) return;
        }
    }
}
