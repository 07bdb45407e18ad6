using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using Appliance.Lab.Host;
using Appliance.Lab.Setup;

namespace Appliance.Lab.Probing;

/// <summary>Asks the LAN who has the service address, with a request of its own instead of the kernel's neighbour table.</summary>
public sealed class ArpProbe : IProbe
{
    private const ushort ArpProtocol = 0x0806;
    private const int FrameLength = 42;

    private readonly LinkLayerSocket _socket;
    private readonly byte[] _request = new byte[FrameLength];
    private readonly byte[] _service = IPAddress.Parse(NodePlan.ServiceAddress).GetAddressBytes();

    private readonly OwnerLog _owners;

    /// <summary>Opens the socket in the namespace of the calling thread.</summary>
    public ArpProbe(OwnerLog owners)
    {
        _owners = owners;
        _socket = new LinkLayerSocket("eth0", withHeader: true, ArpProtocol);
        BuildRequest();
    }

    /// <inheritdoc/>
    public ProbeKind Kind => ProbeKind.Arp;

    /// <inheritdoc/>
    public bool Ask(TimeSpan limit)
    {
        var deadline = new Deadline(limit);
        Span<byte> frame = stackalloc byte[128];
        // The socket has seen the other lanes' answers meanwhile; they are theirs.
        while (_socket.Wait(TimeSpan.Zero)) _ = _socket.Take(frame);
        if (!_socket.Send(_request)) return false;
        while (_socket.Wait(deadline.Left))
        {
            if (_socket.Take(frame) < FrameLength || !IsAnswer(frame)) continue;
            _owners.Note(MonotonicClock.NowMs, Convert.ToHexString(frame.Slice(22, 6)));
            return true;
        }
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    // Operation 2 (reply), sent by the service address. Announcements are requests and do not count.
    private bool IsAnswer(ReadOnlySpan<byte> frame) => frame[20] == 0 && frame[21] == 2 && frame.Slice(28, 4).SequenceEqual(_service);

    private void BuildRequest()
    {
        var own = PhysicalAddress.Parse(NodePlan.ClientHardwareAddress).GetAddressBytes();
        var frame = _request.AsSpan();
        frame[..6].Fill(0xff);
        own.CopyTo(frame[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[12..], ArpProtocol);
        byte[] header = [0, 1, 8, 0, 6, 4, 0, 1];
        header.CopyTo(frame[14..]);
        own.CopyTo(frame[22..]);
        IPAddress.Parse(NodePlan.ClientAddress).GetAddressBytes().CopyTo(frame[28..]);
        _service.CopyTo(frame[38..]);
    }
}
