using Appliance.Core.FoneBridge.Wire;
using Appliance.Drivers.Interop;
using Appliance.Drivers.ServiceAddress;

namespace Appliance.Drivers.FoneBridge;

/// <summary>The Ethernet side of a simulated bridge: answers raw requests on an interface and sends voice frames of silence, a thousand a
/// second as far as the machine keeps up, to wherever the bridge was told. Needs CAP_NET_RAW.</summary>
public sealed class SimulatedBridgeWire : IDisposable
{
    private const int FrameMax = 1600;
    private readonly SimulatedFoneBridge _bridge;
    private readonly Lock _gate;
    private readonly PacketSocket _control;
    private readonly PacketSocket _voice;
    private readonly Thread _thread;
    private volatile bool _stopped;

    /// <param name="bridge">Touched under <paramref name="gate"/> only.</param>
    /// <param name="gate">As <see cref="SimulatedBridgeServer.Gate"/>.</param>
    /// <param name="linkIndex">Interface that plays both ports.</param>
    /// <exception cref="IOException">No permission, or the interface is gone.</exception>
    public SimulatedBridgeWire(SimulatedFoneBridge bridge, Lock gate, int linkIndex)
    {
        (_bridge, _gate) = (bridge, gate);
        _control = new PacketSocket(linkIndex, RawFrame.EtherType);
        _voice = new PacketSocket(linkIndex, TdmoeHeader.EtherType);
        _thread = new Thread(Run) { IsBackground = true, Name = "fonebridge-wire" };
        _thread.Start();
    }

    public void Dispose()
    {
        _stopped = true;
        _thread.Join();
        _control.Dispose();
        _voice.Dispose();
    }

    private unsafe void Run()
    {
        var room = new byte[FrameMax];
        Span<byte> mac = stackalloc byte[EthernetAddress.Size];
        while (!_stopped)
        {
            var entry = new PollFd { Fd = _control.Fd, Events = PollFd.In };
            if (PollFd.Wait(&entry, 1, TimeSpan.FromMilliseconds(1)) > 0)
            {
                var request = _control.Receive(room, mac);
                byte[]? reply;
                lock (_gate) reply = request.IsEmpty ? null : _bridge.AnswerRaw(request);
                if (reply is not null) _ = _control.Send(reply, mac);
            }

            Speak(mac);
        }
    }

    /// <summary>One frame per configured port. What cannot be sent is lost, as on a real wire.</summary>
    private void Speak(Span<byte> mac)
    {
        for (var port = 1; port <= 2; port++)
        {
            EthernetAddress destination;
            byte[] frame;
            lock (_gate)
            {
                destination = _bridge.Transmit == 1 && !_bridge.Faults.Silent ? _bridge.Destination(port) : default;
                if (destination.Value == 0) continue;
                frame = _bridge.VoiceFrame();
            }

            destination.Write(mac);
            _ = _voice.Send(frame, mac);
        }
    }
}
