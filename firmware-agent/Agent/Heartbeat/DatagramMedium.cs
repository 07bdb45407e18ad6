using Appliance.Core;
using Appliance.Core.Time;
using Appliance.Drivers.Interop;
using Appliance.Drivers.UdpPort;

namespace Appliance.Agent.Heartbeat;

/// <summary>A path for datagrams. One datagram, one frame.</summary>
/// <param name="bytesMax">Largest frame that is taken, bytes.</param>
internal sealed class DatagramMedium(IDatagramPort port, int bytesMax = Limits.FrameBytesMax) : Medium
{
    // One byte more than is accepted: what fills it was too long.
    private readonly byte[] _room = new byte[bytesMax + 1];

    public override int Fd => port.Fd;

    /// <summary>errno of the last send, 0 when it went well.</summary>
    public int SendError { get; private set; }

    public override Sending Send(ReadOnlySpan<byte> frame, Instant now)
    {
        SendError = port.Send(frame).Error;
        return SendError == 0 ? Sending.Done : Sending.Failed;
    }

    public override Taking TryTake(out ReadOnlySpan<byte> frame)
    {
        var got = port.Receive(_room);
        frame = _room.AsSpan(0, Math.Min(got.Count, _room.Length));
        // An error here is an ICMP message or an interface going down: the keeper sees to it.
        return got.Error == 0 ? Taking.Frame : Taking.Nothing;
    }

    public override PortHealth Examine()
    {
        var health = port.Examine();
        return health == PortHealth.Good && SendError is not (0 or Errno.EAGAIN or Errno.ENOBUFS or Errno.ECONNREFUSED)
            ? new PortHealth($"sending fails: {Errno.Words(SendError)}", Stale: false)
            : health;
    }

    public override void Dispose() => port.Dispose();
}
