using Appliance.Core.Replica;

namespace Appliance.Drivers.BlockFront;

/// <summary>What a front end talks to; all on the loop's thread.</summary>
public interface IBlockDoor
{
    /// <summary>Bytes of the device.</summary>
    long Size { get; }

    BlockBuffers Buffers { get; }

    /// <summary>Zeroing a range is known to be faster than writing it.</summary>
    bool ZeroesFast => false;

    /// <summary>Address of a buffer's first byte, for system calls.</summary>
    nint AddressOf(int buffer);

    /// <summary>Asks; the answer comes by <see cref="IBlockFront.Answer"/>, perhaps within this call. Tags under way differ.</summary>
    void Submit(IBlockFront front, in BlockRequest request);
}

/// <summary>
/// A way into the replica: NBD socket, the kernel's NBD, ublk, FUSE and loop. Lives on the loop's thread. The front end holds one share of
/// each request's buffer and releases it after the answer has gone out.
/// </summary>
public interface IBlockFront : IDisposable
{
    /// <summary>For status and journal: "nbd /run/…", "/dev/nbd0", "/dev/ublkb0".</summary>
    string Name { get; }

    /// <summary>A request is done: bytes, or -errno.</summary>
    void Answer(uint tag, int result);

    /// <summary>A buffer has become free that <see cref="BlockBuffers.TryTake"/> refused before; called once a turn at most.</summary>
    void BuffersFree();

    /// <summary>A turn of the loop is over, with everything that came of it: what was answered may go out together. A host that calls
    /// this does so after every turn. Without it answers leave sooner and in smaller parts.</summary>
    void TurnEnds()
    {
    }

    /// <summary>The device has another size.</summary>
    void Resized(long size);

    /// <summary>No new requests; true when none is under way and the device is gone. Called again until then.</summary>
    bool Withdraw();
}
