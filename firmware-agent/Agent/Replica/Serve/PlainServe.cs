using System.Runtime.InteropServices;
using Appliance.Agent.Journal;
using Appliance.Agent.Replica.Process;

namespace Appliance.Agent.Replica.Serve;

/// <summary>A disk behind an NBD socket and nothing else.</summary>
internal static class PlainServe
{
    public const int Buffers = 192;

    /// <summary>Runs until SIGTERM or SIGINT.</summary>
    public static ExitCode Run(ServeOptions options, JournalWriter journal)
    {
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
}
