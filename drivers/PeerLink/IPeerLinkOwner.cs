using Appliance.Core.Replica.Wire;

namespace Appliance.Drivers.PeerLink;

/// <summary>Whom a link tells what happens; on the loop's thread.</summary>
public interface IPeerLinkOwner
{
    /// <summary>The other node of this replica is there and has proven it.</summary>
    void LinkUp(uint session);

    /// <summary>The connection is gone, or (session 0) none could be made. <paramref name="final"/>: trying again is useless; the link has
    /// stopped.</summary>
    void LinkDown(uint session, string words, bool final);

    /// <summary>A frame with good checksums. The owner has the buffer's share (or None) from now on.</summary>
    void Frame(uint session, in FrameHeader header, int buffer);
}
