namespace Appliance.Simulation.Replica.Bugs;

/// <summary>All planted bugs of the replicator. Which rule catches which is in docs/SIMULATION.md, and a test keeps it true.</summary>
public static class ReplicaBugs
{
    public static IReadOnlyList<ReplicaBug> All { get; } =
    [
        new("disk-lies-about-flush", "believes a disk that does not flush", _ => null) { Disk = disk => disk.Trouble.LiesAboutFlush = true },
        new("forgets-reissue", "the front end forgets what was under way when the process died", _ => null) { ForgetsReissue = true },
    ];

    public static ReplicaBug? Find(string name) => All.FirstOrDefault(bug => bug.Name == name);
}
