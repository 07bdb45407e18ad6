using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Time;

namespace Appliance.Core.Resources;

/// <summary>The working copy of one step: the resources as they become, and the effects in the order of duty.</summary>
internal sealed class ResourceWork
{
    private readonly GroupResourcesState _before;
    private readonly ResourceStanding[] _resources;
    private ImmutableArray<ResourceEffect>.Builder? _effects;
    private ulong _nextOperation;

    public ResourceWork(GroupResourcesState state, Instant now, GroupConfig config)
    {
        _before = state;
        _resources = [.. state.Resources];
        _nextOperation = state.NextOperation;
        (Goal, Thawed, Disturbed) = (state.Goal, state.Thawed, state.Disturbed);
        (Now, Config) = (now, config);
        Forget();
    }

    public Goal Goal { get; set; }

    public Goal Thawed { get; set; }

    public bool Disturbed { get; set; }

    public Instant Now { get; }

    public GroupConfig Config { get; }

    public ResourceGraph Graph => _before.Graph;

    public int Count => _resources.Length;

    public ResourceStanding this[int index]
    {
        get => _resources[index];
        set => _resources[index] = value;
    }

    public TimingConfig Timing(int index) => Config.Resources[index].Timing;

    /// <summary>Moves a resource to a phase, and tells people when its visible state changed.</summary>
    public void Move(int index, ResourcePhase phase, string text)
    {
        var before = _resources[index];
        var after = before with { Phase = phase, Text = text };
        if (after.State != before.State) after = after with { Since = Now };
        _resources[index] = after;
        if (after.State != before.State && phase is not ResourcePhase.Unknown)
            Tell(ReportKind.Resource, index, text, before.State, after.State);
        SetWatch(index, phase is ResourcePhase.Started && Goal != Goal.Frozen);
    }

    /// <summary>Begins an operation. The watch ends before a resource is taken down, so that its end is not taken for a failure.</summary>
    public void Run(int index, Operation operation, TimeSpan timeout, Instant bound, string text)
    {
        var id = new OperationId(_nextOperation++);
        var grace = operation is Operation.Start or Operation.Monitor ? Limits.OperationGrace : TimeSpan.Zero;
        Move(index, new ResourcePhase.Busy(id, operation, Now + timeout + grace, bound), text);
        Add(new ResourceEffect.Run(id, Graph.Names[index], operation, timeout));
    }

    public void SetWatch(int index, bool on)
    {
        if (_resources[index].Watched == on) return;
        _resources[index] = _resources[index] with { Watched = on };
        Add(new ResourceEffect.Watch(Graph.Names[index], on));
    }

    public void Tell(ReportKind kind, int index, string text, ResourceState? from = null, ResourceState? to = null) =>
        Add(
            new ResourceEffect.Tell(
                new Report(kind, $"{Graph.Names[index]}: {text}", _before.Group, Graph.Names[index], from?.ToString(), to?.ToString())));

    public void Tell(ReportKind kind, string text) => Add(new ResourceEffect.Tell(new Report(kind, text, _before.Group)));

    /// <summary>The step's result. A step that changed nothing returns the state it was given.</summary>
    public (GroupResourcesState Next, ImmutableArray<ResourceEffect> Effects) Finish()
    {
        if (Disturbed && Array.TrueForAll(_resources, resource => resource.IsStarted)) Disturbed = false;
        var same = _effects is null && Goal == _before.Goal && Thawed == _before.Thawed && Disturbed == _before.Disturbed;
        var unchanged = same && Untouched();
        if (unchanged) return (_before, []);
        var next = _before with
        {
            Goal = Goal,
            Thawed = Thawed,
            Disturbed = Disturbed,
            NextOperation = _nextOperation,
            Resources = ImmutableCollectionsMarshal.AsImmutableArray(_resources),
        };
        return (next, _effects?.ToImmutable() ?? []);
    }

    private bool Untouched()
    {
        for (var index = 0; index < _resources.Length; index++)
        {
            if (!ReferenceEquals(_resources[index], _before.Resources[index])) return false;
        }

        return true;
    }

    private void Add(ResourceEffect effect) => (_effects ??= ImmutableArray.CreateBuilder<ResourceEffect>()).Add(effect);

    /// <summary>Restarts that no longer count and pauses that are over.</summary>
    private void Forget()
    {
        for (var index = 0; index < _resources.Length; index++)
        {
            var resource = _resources[index];
            var counting = RestartPolicy.Counting(resource.Restarts, Config.Resources[index].Restarts, Now);
            if (counting != resource.Restarts) _resources[index] = resource = resource with { Restarts = counting };
            if (resource.NotBefore > Instant.Boot && resource.NotBefore <= Now)
                _resources[index] = resource with { NotBefore = Instant.Boot };
        }
    }
}
