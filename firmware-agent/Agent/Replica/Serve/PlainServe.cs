using System.Runtime.InteropServices;
using Appliance.Agent.Journal;
using Appliance.Agent.Replica.Process;
using Appliance.Core.Replica.Disk;
using Appliance.Drivers.BlockDisk;

namespace Appliance.Agent.Replica.Serve;

/// <summary>A disk behind an NBD socket and nothing else.</summary>
internal static class PlainServe
{
    public const int Buffers = 192;

    /// <summary>Runs until SIGTERM or SIGINT.</summary>
    public static ExitCode Run(ServeOptions options, JournalWriter journal)
    {
        if (!options.PlainByWord && ReplicaOn(options.Disk) is { } replica)
        {
            journal.Say(JournalPriority.Error, replica);
            return ExitCode.Unusable;
        }

        using var disk = PlainDisk.Open(options.Disk, options.Direct, options.Size, out var problem);
        if (disk is null)
        {
            journal.Say(JournalPriority.Error, problem);
            return ExitCode.Unusable;
        }

        using var work = new PlainWork(
            disk.Target, disk.Size, Buffers, (loop, door) => ToolSocket.Open(loop, door, options.Nbd, options.Name));
        using var thread = new LoopThread(work, options.Loop, FailStop.Abort);
        if (thread.Start() is { } refused)
        {
            journal.Say(JournalPriority.Error, refused);
            return ExitCode.Unusable;
        }

        using var watchdog = new LoopWatchdog(() => thread.Turns, words => FailStop.Abort(words));
        void end(PosixSignalContext context)
        {
            context.Cancel = true;
            thread.Post(work.Stop);
        }

        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, end);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, end);
        journal.Say(JournalPriority.Notice, $"{options.Disk} ({disk.Size} bytes) on {options.Nbd}, loop {thread.LoopWords}");
        thread.Join(Timeout.InfiniteTimeSpan);
        if (options.Stats) ReplicaStats.Print(work.Answered, thread.Turns, work.Allocated);
        return ExitCode.Ok;
    }

    /// <summary>A replica's disk served as it is would be written behind its back, and its metadata with it. Null: none is on it.</summary>
    private static string? ReplicaOn(string path)
    {
        using var device = OpenedDevice.Look(path, out _);
        if (device is null || MetadataBlocks.Read(device, out _) is not { } blocks) return null; // Opening it says what is wrong.
        return SuperblockText.IsMarked(blocks.Super0) || SuperblockText.IsMarked(blocks.Super1)
            ? $"{path} is a replica's disk: --metadata internal --primary serves it as that; --metadata none serves all of it as it is, "
                + "and what is written then the replica does not know"
            : null;
    }
}
