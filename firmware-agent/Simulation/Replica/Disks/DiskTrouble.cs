using Appliance.Core.Time;

namespace Appliance.Simulation.Replica.Disks;

/// <summary>What is wrong with a disk now. Everything off: a good disk.</summary>
public sealed class DiskTrouble
{
    /// <summary>Answers -EIO to everything.</summary>
    public bool Dead { get; set; }

    /// <summary>Part of the requests that end with -EIO.</summary>
    public double Errors { get; set; }

    /// <summary>Part of the reads and writes that are done only in part.</summary>
    public double Shorts { get; set; }

    /// <summary>How many times slower than usual.</summary>
    public double Slowness { get; set; } = 1;

    /// <summary>No request ends before this.</summary>
    public Instant HangsUntil { get; set; }

    /// <summary>Says that it flushed and does not. No software survives that: only to prove that the checker sees it.</summary>
    public bool LiesAboutFlush { get; set; }

    /// <summary>Part of the writes of data of which only the first half reaches the medium, although the disk says that all did.</summary>
    public double Tears { get; set; }

    /// <summary>Part of the writes of data that land on the neighbouring sectors.</summary>
    public double Misdirects { get; set; }

    /// <summary>Sectors of the data area that cannot be read until they are written again.</summary>
    public SortedSet<long> Unreadable { get; } = [];

    /// <summary>All good again; what is lost stays lost.</summary>
    public void Mend()
    {
        (Dead, Errors, Shorts, Slowness, HangsUntil) = (false, 0, 0, 1, Instant.Boot);
    }
}
