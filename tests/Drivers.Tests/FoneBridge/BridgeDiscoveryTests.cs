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
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(300);
    private static readonly EthernetAddress Port = new BridgeIdentity().Mac;

    [RootFact]
    public void Bridge_on_the_segment_is_found_and_its_voice_is_heard()
    {
        using var segment = new Segment();
        var found = Assert.Single(segment.Network.Here(() => BridgeDiscovery.Find(Index("here0"), Patience)));
        Assert.Equal("00:50:c2:65:d0:02", found.Info.Flash.Mac.ToString());
        Assert.Equal(VoiceFinding.Silence, segment.Hear(new VoiceEvidence(), Moment).Finding);
        segment.Tell(segment.Own);
        var heard = segment.Hear(new VoiceEvidence(found.From, [24, 0, 24, 24], wanted: 20), Patience);
        Assert.Equal("20 frames of 4 spans arrived from 00:50:c2:65:d0:02", heard.Words);
        Assert.Equal(VoiceFinding.Arrives, heard.Finding);
    }

    [RootFact]
    public void Voice_of_another_bridge_of_other_spans_or_for_another_node_is_named()
    {
        using var segment = new Segment();
        segment.Tell(segment.Own);
        Assert.Equal(VoiceFinding.OtherSource, segment.Hear(new VoiceEvidence(Port.Next()), Moment).Finding);
        var spans = segment.Hear(new VoiceEvidence(Port, [24, 31]), Moment);
        Assert.Equal(
            (VoiceFinding.OtherSpans, "voice arrives from 00:50:c2:65:d0:02, but span 2 has 24 channels; expected 31"), (spans.Finding,
            spans.Words));
        // What another node gets is overheard on a cable without a switch, and is not ours.
        segment.Tell(new EthernetAddress(0x020000000099));
        Assert.Equal(VoiceFinding.OtherNode, segment.Hear(new VoiceEvidence(Port), Moment).Finding);
        Assert.Equal(VoiceFinding.Silence, segment.Hear(new VoiceEvidence(new EthernetAddress(1)), Moment).Finding);
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

    /// <summary>A node here, and a bridge there whose voice leaves with the address of its first port.</summary>
    private sealed class Segment : IDisposable
    {
        private readonly SimulatedFoneBridge _bridge = new(new BridgeIdentity());
        private readonly Lock _gate = new();
        private readonly SimulatedBridgeWire _wire;

        public Segment()
        {
            Network.IpThere($"link set there0 address {Port}");
            _wire = Network.There(() => new SimulatedBridgeWire(_bridge, _gate, Index("there0")));
            Own = Network.Here(() => EthernetAddress.Read(
                NetworkInterface.GetAllNetworkInterfaces().Single(card => card.Name == "here0").GetPhysicalAddress().GetAddressBytes()));
        }

        public TestNetwork Network { get; } = new();

        public EthernetAddress Own { get; }

        public void Tell(EthernetAddress server)
        {
            lock (_gate)
            {
                _bridge.Answer(BridgeRequest.SetDestination(1, server).ToUdp());
                _bridge.Answer(BridgeRequest.StartTransmit().ToUdp());
            }
        }

        public VoiceEvidence Hear(VoiceEvidence evidence, TimeSpan patience)
        {
            Assert.Equal("", Network.Here(() => new LinuxVoiceEar("here0").Hear(evidence, patience)));
            return evidence;
        }

        public void Dispose()
        {
            _wire.Dispose();
            Network.Dispose();
        }
    }
}
