using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Resources;
using Appliance.Core.Time;

namespace Appliance.Simulation.Machines;

/// <summary>What is wrong with a resource on a machine.</summary>
public enum Defect
{
    None,

    /// <summary>Its start takes seconds.</summary>
    Slow,

    /// <summary>Its start fails at once.</summary>
    StartFails,

    /// <summary>It is not installed.</summary>
    Impossible,

    /// <summary>Its start does not come back, but it half runs.</summary>
    StartHangs,

    /// <summary>A polite stop fails; a kill works.</summary>
    StopFails,

    /// <summary>A polite stop does not come back; a kill works.</summary>
    StopHangs,

    /// <summary>Nothing stops it but a reset of the machine.</summary>
    Unkillable,

    /// <summary>It dies soon after every start.</summary>
    Dies,
}

/// <summary>One resource as it really is on a machine.</summary>
public sealed class Service(int group, ResourceConfig config)
{
    public int Group { get; } = group;

    public ResourceConfig Config { get; } = config;

    public string Name => Config.Name;

    public bool IsAddress => Config.What is ResourceKind.Ip;

    public bool IsReplica => Config.What is ResourceKind.Replica;

    /// <summary>It runs, or may: from the moment its start begins until its stop has ended.</summary>
    public bool Runs { get; set; }

    /// <summary>It runs and does its work.</summary>
    public bool Works { get; set; }

    public Defect Defect { get; set; }

    public bool Watched { get; set; }

    /// <summary>Counts operations: what an older one would still have done is void.</summary>
    public int Operations { get; set; }
}

/// <summary>All resources of one machine, as they really are. Operations take time, and go wrong as the defects say.</summary>
public sealed class Services
{
    private static readonly TimeSpan Instantly = TimeSpan.FromMilliseconds(5);
    private readonly World _world;
    private readonly Machine _machine;
    private readonly Service[][] _groups;

    public Services(World world, Machine machine)
    {
        (_world, _machine) = (world, machine);
        _groups = [.. world.Site.Config.Groups.Select(
            (group, number) => group.Resources.Select(config => new Service(number, config)).ToArray())];
    }

    public IReadOnlyList<Service> Of(int group) => _groups[group];

    public Service Find(int group, string name) => Array.Find(_groups[group], service => service.Name == name)!;

    /// <summary>Something of the group really runs here, on a kernel that lives.</summary>
    public bool Hold(int group) => _machine.Lives && Array.Exists(_groups[group], service => service.Runs);

    /// <summary>Everything of the group does its work.</summary>
    public bool Serve(int group) => _machine.Lives && Array.TrueForAll(_groups[group], service => service.Works);

    /// <summary>The kernel answers for a service address of the group.</summary>
    public bool HoldAddress(int group) => _machine.Lives && Array.Exists(_groups[group], service => service.IsAddress && service.Runs);

    /// <summary>Power is gone.</summary>
    public void Vanish()
    {
        foreach (var service in _groups.SelectMany(group => group))
            (service.Runs, service.Works, service.Watched, service.Operations) = (false, false, false, service.Operations + 1);
    }

    /// <summary>The agent is gone: nobody watches; operations under way go on by themselves.</summary>
    public void Unwatched()
    {
        foreach (var service in _groups.SelectMany(group => group)) service.Watched = false;
    }

    public void Watch(int group, string name, bool on)
    {
        var service = Find(group, name);
        service.Watched = on;
        if (on && !service.Works) Notice(service, "does not run");
    }

    /// <summary>The resource dies.</summary>
    public void Die(Service service, string why)
    {
        if (!service.Works) return;
        if (service.IsReplica) _world.Replica!.Demote(_machine.Number);
        (service.Runs, service.Works) = (false, false);
        _world.Tell(_machine, $"{service.Name} {why}");
        _world.Oracle.ResourceFailed(_machine, service);
        Notice(service, why);
    }

    /// <summary>Begins an operation; <paramref name="end"/> is told how it went, also when another one overtook it.</summary>
    public void Run(int group, ResourceEffect.Run run, Action<Outcome, string> end)
    {
        var service = Find(group, run.Resource);
        var number = ++service.Operations;
        void After(TimeSpan delay, Func<(Outcome, string)> act) => _machine.After(delay, () =>
        {
            var (outcome, text) = number == service.Operations ? act() : (Outcome.Failed, "overtaken");
            end(outcome, text);
        });
        switch (run.Operation)
        {
            case Operation.Start when service.IsReplica && service.Defect == Defect.None && !service.Works:
                service.Runs = true;
                Promote(service, number, run, _world.Timeline.Now + run.Timeout, end);
                break;
            case Operation.Monitor:
                After(
                    _world.Vary(Instantly, 0.8), () =>
                        service.Works ? (Outcome.Success, "") : service.Runs ? (Outcome.Failed, "half running") : (Outcome.NotRunning, ""));
                break;
            case Operation.Start: Start(service, run, After); break;
            default: Stop(service, run, After); break;
        }
    }

    private void Start(Service service, ResourceEffect.Run run, Action<TimeSpan, Func<(Outcome, string)>> after)
    {
        if (service.Works)
        {
            after(Instantly, () => service.Works ? (Outcome.Success, "was running already") : (Outcome.Failed, "died"));
            return;
        }

        if (service.Defect is Defect.Impossible or Defect.StartFails)
        {
            _world.Oracle.ResourceFailed(_machine, service);
            var outcome = service.Defect == Defect.Impossible
                ? (Outcome.Impossible, "it is not installed")
                : (Outcome.Failed, "exit code 1");
            after(_world.Vary(StartTime(service), 0.5), () => outcome);
            return;
        }

        if (service.IsAddress && _world.IsTaken(_machine.Number, service))
        {
            _world.Oracle.ResourceFailed(_machine, service);
            after(Instantly, () => (Outcome.Failed, "the address is in use by another machine"));
            return;
        }

        service.Runs = true;
        if (service.Defect == Defect.StartHangs)
        {
            _world.Oracle.ResourceFailed(_machine, service);
            after(run.Timeout, () => (Outcome.Failed, "no answer in time"));
            return;
        }

        after(_world.Vary(StartTime(service), 0.5), () => Started(service));
    }

    /// <summary>Tried again and again: the peer may yet step down, the proof may yet come.</summary>
    private void Promote(Service service, int number, ResourceEffect.Run run, Instant until, Action<Outcome, string> end)
    {
        if (number != service.Operations)
        {
            end(Outcome.Failed, "overtaken");
            return;
        }

        var mandate = _machine.Agent?.State is { } state ? PeerFencing.Mandate(new Situation(state, service.Group, state.LastStep))
            : default;
        if (_world.Replica!.Promote(_machine.Number, mandate) is not { } why)
        {
            var (outcome, text) = Started(service);
            end(outcome, text);
        }
        else if (_world.Timeline.Now >= until)
        {
            end(Outcome.Failed, why);
        }
        else
        {
            _machine.After(TimeSpan.FromMilliseconds(200), () => Promote(service, number, run, until, end));
        }
    }

    private (Outcome, string) Started(Service service)
    {
        service.Works = true;
        var life = _world.Vary(TimeSpan.FromSeconds(1.5), 0.6);
        if (service.Defect == Defect.Dies) _machine.After(life, () => Die(service, "dies soon after its start"));
        return (Outcome.Success, "");
    }

    private void Stop(Service service, ResourceEffect.Run run, Action<TimeSpan, Func<(Outcome, string)>> after)
    {
        var kill = run.Operation == Operation.Kill;
        if (!service.Runs) after(Instantly, () => (Outcome.Success, ""));
        else if (service.Defect == Defect.Unkillable || (service.Defect == Defect.StopHangs && !kill))
            after(run.Timeout, () => (Outcome.Failed, "no answer in time"));
        else if (service.Defect == Defect.StopFails && !kill) after(Instantly, () => (Outcome.Failed, "exit code 1"));
        else after(kill ? Instantly : _world.Vary(StopTime(service), 0.5), () => Stopped(service));
    }

    private (Outcome, string) Stopped(Service service)
    {
        if (service.IsReplica) _world.Replica!.Demote(_machine.Number);
        (service.Runs, service.Works) = (false, false);
        return (Outcome.Success, "");
    }

    private static TimeSpan StartTime(Service service) =>
        service.IsAddress ? Instantly : service.Defect == Defect.Slow ? TimeSpan.FromSeconds(3) : TimeSpan.FromMilliseconds(400);

    private static TimeSpan StopTime(Service service) => service.IsAddress ? Instantly : TimeSpan.FromMilliseconds(150);

    private void Notice(Service service, string why) =>
        _machine.After(_world.Vary(TimeSpan.FromMilliseconds(100), 0.9), () =>
        {
            if (service.Watched && !service.Works)
                _machine.Agent?.Post(new Core.Cluster.Event.Resource(service.Group, new ResourceEvent.Failed(service.Name, why)));
        });
}
