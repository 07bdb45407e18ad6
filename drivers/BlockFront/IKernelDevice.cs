namespace Appliance.Drivers.BlockFront;

/// <summary>
/// One way to have the kernel make a block device of a replica. Called on the loop's thread; what blocks runs elsewhere, and the answers
/// come back on the loop's thread: null when it is done, else why not, in words.
/// </summary>
internal interface IKernelDevice : IDisposable
{
    /// <summary>The kernel's name, "/dev/ublkb0", once it is known.</summary>
    string Path { get; }

    /// <summary>A device that an earlier process of this replica left behind is still in the kernel, and <see cref="Appear"/> will take
    /// it over with the requests that wait in it.</summary>
    bool Survived { get; }

    void Appear(Action<string?> done);

    /// <summary>Takes the device out of the kernel unless somebody holds it.</summary>
    void Vanish(Action<string?> done);

    /// <summary>This process ends; true when the device and whoever waits on it stay for the next one.</summary>
    bool Leave();

    void BuffersFree();

    /// <summary>As <see cref="IBlockFront.TurnEnds"/>.</summary>
    void TurnEnds()
    {
    }

    void Resized(long size);
}
