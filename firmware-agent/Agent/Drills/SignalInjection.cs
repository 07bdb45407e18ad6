using Appliance.Drivers.Interop;

namespace Appliance.Agent.Drills;

/// <summary>
/// A signal to all processes of a unit, as <paramref name="members"/> tells them. They are held by descriptors, so that a later one with
/// the same number is never hit. Before they stand still, <paramref name="end"/> is set to continue them: it outlives this process.
/// </summary>
internal sealed class SignalInjection(Func<string, IReadOnlyList<int>> members, DrillFault.Signal fault, IDrillEnd end) : IDrillInjection
{
    private const int SigKill = 9;
    private const int SigCont = 18;
    private const int SigStop = 19;
    private const int MarginMs = 2000;
    private readonly List<int> _processes = [];
    private bool _isSet;

    public string? Prepare()
    {
        if (!fault.Hangs) return null;
        var problem = end.Set(fault.Unit, TimeSpan.FromMilliseconds(fault.BoundMs + MarginMs));
        _isSet = problem is null;
        return problem is null ? null : $"nobody would end the fault if this command is killed: {problem}";
    }

    public string? Inject()
    {
        IReadOnlyList<int> ids;
        try
        {
            ids = members(fault.Unit);
        }
        catch (IOException world)
        {
            return $"the processes of {fault.Unit} are not known: {world.Message}";
        }

        foreach (var id in ids)
            if (Libc.pidfd_open(id, 0) is >= 0 and var fd) _processes.Add(fd);
        var hit = 0;
        foreach (var process in _processes)
            if (Libc.pidfd_send_signal(process, fault.Hangs ? SigStop : SigKill, 0, 0) == 0) hit++;
        return hit > 0 ? null : $"{fault.Unit} has no process that could be signalled";
    }

    public string? Release()
    {
        if (!fault.Hangs) return null;
        foreach (var process in _processes) _ = Libc.pidfd_send_signal(process, SigCont, 0, 0); // Most were killed by the agent.
        if (!_isSet) return null;
        _isSet = false;
        return end.Unset();
    }

    public void Dispose()
    {
        foreach (var process in _processes) _ = Libc.close(process);
        _processes.Clear();
    }
}
