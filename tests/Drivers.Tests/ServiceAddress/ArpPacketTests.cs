using Appliance.Drivers.Interop.Netlink;
using Appliance.Drivers.ServiceAddress;

namespace Appliance.Drivers.Tests.ServiceAddress;

public class ArpPacketTests
{
    private static readonly byte[] Mac = [2, 0, 0, 0, 0, 1];
    private static readonly byte[] Address = [192, 0, 2, 45];

    [Fact]
    public void Gratuitous_request_has_the_bytes_of_rfc_826()
    {
        var packet = new byte[ArpPacket.Bytes];
        ArpPacket.Write(packet, ArpPacket.Request, Mac, Address, default, Address);
        Assert.Equal("0001080006040001" + "020000000001" + "C000022D" + "000000000000" + "C000022D", Convert.ToHexString(packet));
        Assert.True(ArpPacket.TryReadSender(packet, out var mac, out var sender));
        Assert.Equal(Mac, mac.ToArray());
        Assert.Equal(Address, sender.ToArray());
    }

    [Fact]
    public void Truncated_and_foreign_packets_are_refused()
    {
        var packet = new byte[ArpPacket.Bytes];
        ArpPacket.Write(packet, ArpPacket.Reply, Mac, Address, default, Address);
        for (var length = 0; length < packet.Length; length++) Assert.False(
            ArpPacket.TryReadSender(packet.AsSpan(0, length), out _, out _));
        packet[7] = 3; // RARP
        Assert.False(ArpPacket.TryReadSender(packet, out _, out _));
    }

    [Fact]
    public void Advertisement_survives_the_round_trip_and_truncation_does_not()
    {
        byte[] target = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x45];
        var packet = new byte[NeighbourPacket.AdvertisementBytes];
        NeighbourPacket.WriteAnnouncement(packet, target, Mac);
        Assert.True(NeighbourPacket.TryReadAdvertisement(packet, out var claimed, out var mac));
        Assert.Equal(target, claimed.ToArray());
        Assert.Equal(Mac, mac.ToArray());
        for (var length = 0; length < 64; length++) Assert.False(
            NeighbourPacket.TryReadAdvertisement(packet.AsSpan(0, length), out _, out _));
        packet[7] = 64; // Came through a router.
        Assert.False(NeighbourPacket.TryReadAdvertisement(packet, out _, out _));
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new Random(1);
        var bytes = new byte[128];
        for (var i = 0; i < 200_000; i++)
        {
            random.NextBytes(bytes);
            if (i % 2 == 0) (bytes[0], bytes[6], bytes[7], bytes[40], bytes[41]) = (0x60, 58, 255, 136, 0); // Deep into the options.
            ReadOnlySpan<byte> packet = bytes.AsSpan(0, random.Next(bytes.Length));
            _ = ArpPacket.TryReadSender(packet, out _, out _);
            _ = NeighbourPacket.TryReadAdvertisement(packet, out _, out _);
            var rest = packet;
            while (NetlinkReply.TryTake(ref rest, out var reply))
            {
                var attributes = reply.Payload;
                while (NetlinkReply.TryTakeAttribute(ref attributes, out _, out _)) { }
            }
        }
    }
}
