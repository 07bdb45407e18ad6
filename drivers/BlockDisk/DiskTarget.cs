namespace Appliance.Drivers.BlockDisk;

/// <summary>Where the effects of one area go.</summary>
/// <param name="Fd">Open for reading and writing; stays open until the performer is idle.</param>
/// <param name="Buffered">Goes through the page cache (a regular file): most transfers are copies in memory and are done at once.</param>
public readonly record struct DiskTarget(int Fd, bool Buffered);

/// <summary>Hears how disk effects ended.</summary>
public interface IDiskOwner
{
    /// <param name="id">Of the effect.</param>
    /// <param name="result">All its bytes, 0 for a flush, or -errno. Perhaps within <see cref="DiskPerformer.Perform"/>.</param>
    void DiskDone(uint id, int result);
}
