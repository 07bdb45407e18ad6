using System.Collections.Immutable;
using Appliance.Core.Resources;
using Appliance.Core.Time;

namespace Appliance.Core.Cluster;

/// <summary>One step under way: the state as it becomes, and the effects in duty order. Lives no longer than the step.</summary>
internal sealed class Turn(NodeState state, Instant now)
{
    private readonly ImmutableArray<Effect>.Builder _effects = ImmutableArray.CreateBuilder<Effect>();

    public NodeState State { get; set; } = state;

    public Instant Now { get; } = now;

    public ImmutableArray<Effect> Effects => _effects.ToImmutable();

    public GroupState Group(int number) => State.Groups[number];

    public Situation Situation(int number) => new(State, number, Now);

    public void Set(int number, GroupState group) => State = State with { Groups = State.Groups.SetItem(number, group) };

    public void Do(Effect effect) => _effects.Add(effect);

    public void Tell(ReportKind kind, string text, string? group = null, string? resource = null, string? from = null, string? to = null,
        uint? term = null) =>
        Do(new Effect.Tell(new Report(kind, text, group, resource, from, to, term)));

    /// <summary>Gives a resource event to the group's sequencer and passes its effects on.</summary>
    public void Feed(int number, ResourceEvent input)
    {
        var (next, effects) = GroupResources.Step(Group(number).Resources, input, Now, State.Config.Groups[number]);
        Set(number, Group(number) with { Resources = next });
        foreach (var effect in effects)
            Do(effect is ResourceEffect.Tell tell ? new Effect.Tell(tell.Report with { Group = Group(number).Name })
                : new Effect.Resource(number, effect));
    }

    /// <summary>Takes a new role and says so once.</summary>
    public void Become(int number, Role role, string why)
    {
        var group = Group(number);
        Set(number, group with { Role = role, Since = Now, Why = why });
        Tell(ReportKind.Role, why, group.Name, from: group.Role.ToString(), to: role.ToString(), term: group.Vote.Term);
    }
}
