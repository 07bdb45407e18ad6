using System.Runtime.InteropServices;
using Appliance.Agent.Clock;
using Appliance.Agent.Heartbeat;
using Appliance.Agent.Journal;

namespace Appliance.Agent.Witness;

/// <summary><c>appliance witness</c>: the parts list.</summary>
public static class WitnessProcess
{
    /// <summary>Runs until SIGTERM or SIGINT.</summary>
    public static ExitCode Run(WitnessOptions options)
    {
        using var writer = new JournalWriter(Console.OpenStandardError());
        void journal(int priority, string text) => writer.Say((JournalPriority)priority, text);
        var file = new WitnessFile(options.StateDirectory);
        var problems = new List<string>();
        if (AgentFiles.ReadKeys(options.KeyFile, problems) is not { } keys) return Refuse(journal, string.Join("; ", problems));
        if (file.Read(out var problem) is not { } memory) return Refuse(journal, problem);
        memory = memory with { Incarnation = memory.Incarnation + 1 };
        // Nothing is said under an incarnation that could be used twice.
        if (file.Write(memory) is { } unwritten) return Refuse(journal, unwritten);
        var voice = new WitnessVoice(options, keys, memory, file.Write, journal, BootClock.Now);
        using var loop = new WitnessLoop(options, voice, journal);
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => End(context, loop));
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => End(context, loop));
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            Reload(options, voice, journal);
        });
        journal(5,
            $"witness of {options.Cluster} listens on {options.Listen}, lease "
                + $"{(options.Deadtime + options.Keepalive).TotalMilliseconds:0} ms, incarnation {memory.Incarnation}");
        if (!Realtime.TrySchedule(out var unscheduled)) journal(4, unscheduled);
        loop.Run();
        return ExitCode.Ok;
    }

    private static ExitCode Refuse(Action<int, string> journal, string problem)
    {
        journal(3, problem);
        return ExitCode.Unusable;
    }

    private static void End(PosixSignalContext context, WitnessLoop loop)
    {
        context.Cancel = true;
        loop.End();
    }

    private static void Reload(WitnessOptions options, WitnessVoice voice, Action<int, string> journal)
    {
        var problems = new List<string>();
        var keys = AgentFiles.ReadKeys(options.KeyFile, problems);
        if (keys is not null) voice.ReplaceKeys(keys);
        journal(keys is not null ? 5 : 3, keys is not null ? "the keys were read again"
            : $"the old keys stay in use: {string.Join("; ", problems)}");
    }
}
