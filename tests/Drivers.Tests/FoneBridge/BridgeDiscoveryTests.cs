using System.Net.NetworkInformation;
using Appliance.Core.FoneBridge.Wire;
using Appliance.Drivers.FoneBridge;
using Appliance.Drivers.Interop;
using Appliance.Drivers.ServiceAddress;
using Appliance.Drivers.Tests.Support;

namespace Appliance.Drivers.Tests.FoneBridge;

/// <summary>Raw frames between two network namespaces.</summary>
[Trait("Needs", "root")]
public class BridgeDiscoveryTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    [RootFact]
    public void Bridge_on_the_segment_is_found_and_its_voice_is_heard()
    {
        using var network = new TestNetwork();
        var bridge = new SimulatedFoneBridge(new BridgeIdentity());
        var gate = new Lock();
        using var wire = network.There(() => new SimulatedBridgeWire(bridge, gate, Index("there0"), spans: 4));
        var found = Assert.Single(network.Here(() => BridgeDiscovery.Find(Index("here0"), Patience)));
        Assert.Equal("00:50:c2:65:d0:02", found.Info.Flash.Mac.ToString());
        Assert.Null(network.Here(() => BridgeDiscovery.Hear(Index("here0"), null, TimeSpan.FromMilliseconds(300))));
        var mac = network.Here(() => EthernetAddress.Read(
            NetworkInterface.GetAllNetworkInterfaces().Single(card => card.Name == "here0").GetPhysicalAddress().GetAddressBytes()));
        lock (gate)
        {
            bridge.Answer(BridgeRequest.SetDestination(1, mac).ToUdp());
            bridge.Answer(BridgeRequest.StartTransmit().ToUdp());
        }

        Assert.Equal(4, network.Here(() => BridgeDiscovery.Hear(Index("here0"), found.From, Patience))?.Spans.Length);
        Assert.Null(network.Here(() => BridgeDiscovery.Hear(Index("here0"), new EthernetAddress(1), TimeSpan.FromMilliseconds(300))));
        // What another node gets is overheard on a cable without a switch, and is not ours.
        lock (gate) bridge.Answer(BridgeRequest.SetDestination(1, new EthernetAddress(0x020000000099)).ToUdp());
        Assert.Null(network.Here(() => BridgeDiscovery.Hear(Index("here0"), null, TimeSpan.FromMilliseconds(300))));
    }

    [RootFact]
    public void Damaged_frames_are_no_bridges()
    {
        using var network = new TestNetwork();
        using var socket = network.There(() => new PacketSocket(Index("there0"), RawFrame.EtherType));
        var frame = RawFrame.Write(0, 0, new byte[StaticInfo.Size]);
        var stopped = false;
        var noise = new Thread(() =>
        {
            for (var bit = 0; !Volatile.Read(ref stopped); bit++)
            {
                frame[bit % frame.Length] ^= 1;
                _ = socket.Send(frame, [255, 255, 255, 255, 255, 255]);
                frame[bit % frame.Length] ^= 1;
                Thread.Sleep(1);
            }
        });
        noise.Start();
        var found = network.Here(() => BridgeDiscovery.Find(Index("here0"), TimeSpan.FromMilliseconds(500)));
        Volatile.Write(ref stopped, true);
        noise.Join();
        Assert.Empty(found);
    }

    private static int Index(string name) => (int)Libc.if_nametoindex(name);
}
