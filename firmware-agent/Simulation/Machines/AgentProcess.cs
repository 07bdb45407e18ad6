using Appliance.Core;
using Appliance.Core.Cluster;
using Appliance.Core.Resources;
using Appliance.Core.Time;
using Appliance.Simulation.Network;

namespace Appliance.Simulation.Machines;

/// <summary>
/// One run of the agent: Core's decisions in a shell like the real one. Effects are performed in order, completions come back as events,
/// facts are
/// spoken every keepalive and when they change, and nothing is spoken before the first state is on disk.
/// </summary>
public sealed class AgentProcess
{
    /// <summary>What socket buffers keep for a process that is stopped.</summary>
    private const int BacklogMax = 256;

    private readonly World _world;
    private readonly Machine _machine;
    private readonly Decisions _code;
    private readonly List<Action> _backlog = [];
    private NodeState? _state;
    private Ear? _ear;
    private Mouth? _mouth;
    private Instant? _tickAt;
    private Instant _diskFree;
    private bool _alive = true;
    private bool _fencing;

    public AgentProcess(World world, Machine machine)
    {
        (_world, _machine) = (world, machine);
        _code = world.CodeOf(machine.Number);
    }

    /// <summary>Its first state is on disk: it decides and speaks.</summary>
    public bool Speaks { get; private set; }

    /// <summary>It does not get the processor (SIGSTOP, starvation).</summary>
    public bool Stopped { get; private set; }

    /// <summary>For those who show the world to people; the oracle never looks here.</summary>
    public NodeState? State => _state;

    public bool BelievesRecordings => _code.BelievesRecordings;

    private Instant Now => _machine.Clock.Now;

    /// <summary>Reads the state file and makes the new incarnation durable.</summary>
    public void Begin() => After(_world.Vary(TimeSpan.FromMilliseconds(40), 0.5), () =>
    {
        var floor = (ulong)(1_800_000_000 + (long)_world.Timeline.Now.SinceBoot.TotalSeconds + _machine.WallOffset);
        _state = _code.Start(
            _world.Site.Config, _machine.Number, _machine.Disk.Problem.Length == 0
                ? _machine.Disk.Stored
                : null, _machine.BootId, Now, _machine.Disk.Problem, floor);
        _world.Tell(_machine, "the agent starts");
        if (_state.StorageCorrupt) SpeakFirst();
        else WriteFirst();
    });

    /// <summary>The process is gone.</summary>
    public void End() => (_alive, Speaks) = (false, false);

    public void Stop()
    {
        if (Stopped || !_alive) return;
        Stopped = true;
        _world.Tell(_machine, "the agent is stopped (SIGSTOP)");
    }

    public void Continue()
    {
        if (!Stopped) return;
        Stopped = false;
        _world.Tell(_machine, "the agent continues");
        var missed = _backlog.ToArray();
        _backlog.Clear();
        foreach (var action in missed) Do(action);
    }

    /// <summary>Runs when the process has lived and the machine has run for that long.</summary>
    public void After(TimeSpan delay, Action action) => _machine.After(delay, () => Do(action));

    /// <summary>An event for the decision loop.</summary>
    public void Post(Event input) => Do(() => Step(input));

    /// <summary>Bytes arrived on a link.</summary>
    public void Receive(int link, byte[] bytes)
    {
        if (Stopped && _backlog.Count >= BacklogMax) return;
        Do(() =>
        {
            if (!Speaks) return;
            if (link == Ear.WitnessLink) _ear!.TakeWitness(bytes);
            else _ear!.Take(link, bytes);
        });
    }

    private void Do(Action action)
    {
        if (!_alive) return;
        if (_machine.Suspended) _machine.Postpone(() => Do(action));
        else if (Stopped) _backlog.Add(action);
        else action();
    }

    private void WriteFirst()
    {
        var commit = _machine.Disk.Write(_state!.Asked);
        After(DiskTime(), () =>
        {
            if (commit() is null) SpeakFirst();
            else After(TimeSpan.FromSeconds(1), WriteFirst);
        });
    }

    private void SpeakFirst()
    {
        _ear = new Ear(_world, _machine, this, _state!);
        _mouth = new Mouth(_world, _machine, _state!.Asked.Incarnation, _ear);
        Speaks = true;
        _world.Oracle.AgentSpeaks(_machine);
        Beat();
        for (var ping = 0; ping < _world.Site.Config.Pings.Length; ping++) Ping(ping);
        for (var link = 0; link < _world.Links.Count; link++) _world.TellCarrier(_machine, link);
        Step(new Event.Tick());
    }

    private void Beat()
    {
        _mouth!.Say(_code.Facts(_state!));
        After(_world.Site.Config.Heartbeat.Keepalive, Beat);
    }

    private void Ping(int number)
    {
        if (_world.Lan.Connects(_machine.Number) && _world.Lan.Reference[number])
            After(_world.Vary(TimeSpan.FromMilliseconds(2), 0.9), () => Step(new Event.PingAnswered(number, Now)));
        After(Site.PingInterval, () => Ping(number));
    }

    private void Step(Event input)
    {
        if (_state is null || !Speaks) return;
        try
        {
            var (next, effects) = _code.Step(_state, input, Now);
            _state = next;
            _world.Steps++;
            foreach (var effect in effects)
            {
                // After its goodbye nothing more is said.
                if (_alive) Perform(effect);
            }
        }
        catch (InvariantException failure)
        {
            _world.Oracle.OwnBug(_machine, $"{failure.Message} on {input.GetType().Name}");
            return;
        }

        if (_alive) Schedule();
    }

    private void Schedule()
    {
        var due = NodeMachine.NextDeadline(_state!);
        if (_tickAt is { } at && at <= due) return;
        _tickAt = due;
        After(_machine.Clock.Until(due), () =>
        {
            if (_tickAt != due) return;
            _tickAt = null;
            Step(new Event.Tick());
        });
    }

    private void Perform(Effect effect)
    {
        switch (effect)
        {
            case Effect.Persist persist: Persist(persist); break;
            case Effect.SpeakNow: _mouth!.Say(_code.Facts(_state!)); break;
            case Effect.AskAddress ask: AskAddress(ask); break;
            case Effect.Reannounce announce: _world.Oracle.Reannounced(_machine, announce.Group); break;
            case Effect.Resource resource: Perform(resource.Group, resource.What); break;
            case Effect.OrderReplica order:
                _machine.After(
                    _world.Vary(TimeSpan.FromMilliseconds(100), 0.95), () => _world.Replica!.Order(_machine.Number, order.Order));
                break;
            case Effect.FenceSelf fence: Fence(fence); break;
            case Effect.FencePeer shot:
                _world.Fences[1 - _machine.Number].SwitchOff(_machine, (outcome, words) =>
                    Post(new Event.FenceAnswered(shot.Token, Site.FenceName(1 - _machine.Number), outcome, words)));
                break;
            case Effect.RestorePeer: _world.Fences[1 - _machine.Number].SwitchOn(_machine); break;
            case Effect.Leave leave: Leave(leave); break;
            case Effect.Tell tell: _world.Tell(_machine, Words(tell.Report)); break;
            default: throw new InvariantException($"{effect} is not performed");
        }
    }

    private void Persist(Effect.Persist persist)
    {
        var commit = _machine.Disk.Write(persist.State);
        _machine.After(DiskTime(), () =>
        {
            var error = commit();
            if (error is null) _world.Oracle.Written(_machine);
            Post(new Event.Persisted(persist.Serial, error));
        });
    }

    /// <summary>Writes follow each other.</summary>
    private TimeSpan DiskTime()
    {
        var start = Instant.Later(_world.Timeline.Now, _diskFree);
        _diskFree = start + _world.Vary(TimeSpan.FromMilliseconds(4), 0.7) + _machine.Disk.Slow;
        return _diskFree - _world.Timeline.Now;
    }

    private void AskAddress(Effect.AskAddress ask)
    {
        var (answer, detail, time) = _world.WhoHas(_machine.Number, ask.Group);
        After(time, () => Step(new Event.AddressAnswered(ask.Group, ask.Token, answer, detail)));
    }

    private void Perform(int group, ResourceEffect effect)
    {
        switch (effect)
        {
            case ResourceEffect.Run run:
                _world.Oracle.Operation(_machine, group, run);
                _machine.Services.Run(group, run, (outcome, text) =>
                    Post(new Event.Resource(group, new ResourceEvent.Done(run.Id, run.Resource, run.Operation, outcome, text))));
                break;
            case ResourceEffect.Watch watch: _machine.Services.Watch(group, watch.Resource, watch.On); break;
            case ResourceEffect.Tell tell: _world.Tell(_machine, Words(tell.Report)); break;
            default: throw new InvariantException($"{effect} is not performed");
        }
    }

    private void Fence(Effect.FenceSelf fence)
    {
        if (_fencing) return;
        _fencing = true;
        _world.Oracle.Fences(_machine);
        var bound = _world.Site.Config.Policy.StopFailureBound * 0.9;
        _machine.After(
            _world.Site.Chance ? _world.Dice.Between(TimeSpan.Zero, bound) : TimeSpan.FromSeconds(1), () =>
                _machine.Reset($"resets itself: {fence.Reason}"));
    }

    private void Leave(Effect.Leave leave)
    {
        var facts = _code.Facts(_state!);
        facts.Flags |= NodeFlags.Goodbye | (leave.ResourcesStay ? NodeFlags.ResourcesStay : NodeFlags.None);
        _mouth!.Say(facts);
        _world.Tell(_machine, leave.ResourcesStay ? "the agent leaves, its resources stay" : "the agent says goodbye and ends");
        _machine.AgentLeft();
    }

    private static string Words(Report report)
    {
        var what = report.Resource is null ? report.Group : report.Group is null ? report.Resource : $"{report.Group}/{report.Resource}";
        var change = report.To is null ? "" : $" {report.From} -> {report.To}";
        var term = report.Term is null ? "" : $" term {report.Term}";
        return $"{report.Kind.ToString().ToLowerInvariant()}{(what is null ? "" : " " + what)}{change}{term}: {report.Text}";
    }
}
