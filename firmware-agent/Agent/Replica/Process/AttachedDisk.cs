using Appliance.Core.Replica.Disk;
using Appliance.Drivers.BlockDisk;

namespace Appliance.Agent.Replica.Process;

/// <summary>A disk that was opened and read, ready for the engine.</summary>
/// <param name="Data">Where data goes.</param>
/// <param name="Metadata">Where metadata goes; the same place when it is internal.</param>
/// <param name="Image">What was read from it.</param>
/// <param name="Claim">Gives up the exclusive claim; disposed when nothing is under way any more.</param>
/// <param name="Keep">Keeps for the next process that it was given up; answers why that cannot be, or nothing.</param>
internal sealed record AttachedDisk(
    DiskTarget Data, DiskTarget Metadata, DiskImage Image, IDisposable Claim, Func<GivenUpNote, string> Keep);
