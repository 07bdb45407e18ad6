using System.Collections.Immutable;
using Appliance.Core.Configuration;
using Appliance.Core.Resources;
using Appliance.Drivers.Script;

namespace Appliance.Agent.Resources;

/// <summary>Any programs: exit code 0 is success. Without a monitor command it is taken to run from its start to its stop.</summary>
public sealed class ExecResource(ResourceKind.Exec what) : IResource
{
    private bool _started;

    public bool IsPolled => !what.MonitorCommand.IsEmpty;

    public Verdict Start(CancellationToken abandon)
    {
        var verdict = Run(what.StartCommand, "start", abandon);
        _started = verdict.Outcome == Outcome.Success;
        return verdict;
    }

    public Verdict Stop(CancellationToken abandon)
    {
        var verdict = Run(what.StopCommand, "stop", abandon);
        if (verdict.Outcome == Outcome.Success) _started = false;
        return verdict;
    }

    public Verdict Kill(CancellationToken abandon) => Stop(abandon);

    public Verdict Monitor(CancellationToken abandon)
    {
        if (!what.MonitorCommand.IsEmpty)
        {
            var end = ProcessRunner.Run(what.MonitorCommand, null, abandon);
            if (end.ExitCode is null) return Verdict.Failed($"monitor: {end.Words}");
            return end.ExitCode == 0 ? Verdict.Done("monitor: exit code 0") : new(Outcome.NotRunning, $"monitor: {end.Words}");
        }

        return _started ? Verdict.Done("started, not watched") : new(Outcome.NotRunning, "not started by this agent");
    }

    public void Watch(Action<string>? failed)
    {
    }

    public void Dispose()
    {
    }

    private static Verdict Run(ImmutableArray<string> command, string action, CancellationToken abandon)
    {
        if (command.IsEmpty) return Verdict.Done($"no {action} command");
        if (!File.Exists(command[0])) return new(Outcome.Impossible, $"{action}: {command[0]} does not exist");
        var end = ProcessRunner.Run(command, null, abandon);
        return end.ExitCode == 0 ? Verdict.Done($"{action}: done") : Verdict.Failed($"{action} {command[0]}: {end.Words}");
    }
}
