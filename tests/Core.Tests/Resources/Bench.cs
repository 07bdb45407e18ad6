using System.Collections.Immutable;
using Appliance.Core.Configuration;
using Appliance.Core.Resources;
using Appliance.Core.Time;

namespace Appliance.Core.Tests.Resources;

/// <summary>A group under test: feeds events, keeps the clock and what the machine asked for.</summary>
internal sealed class Bench
{
    public static readonly TimeSpan StartBound = TimeSpan.FromSeconds(90);
    public static readonly TimeSpan StopBound = TimeSpan.FromSeconds(5);
    public static readonly RestartConfig Budget =
        new(2, TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

    private readonly Dictionary<string, ResourceEffect.Run> _open = [];

    public Bench(GroupConfig config)
    {
        Config = config;
        State = GroupResourcesState.Start(config, 0, Now);
    }

    public GroupConfig Config { get; }

    public GroupResourcesState State { get; private set; }

    public Instant Now { get; private set; } = Instant.FromMilliseconds(1000);

    /// <summary>Operations, watches and reports of the last step, in order.</summary>
    public ImmutableArray<ResourceEffect> Effects { get; private set; } = [];

    public GroupCondition Condition => GroupResources.Condition(State).Condition;

    public string Reason => GroupResources.Condition(State).Reason;

    /// <summary>"start mysql", "watch mysql", "unwatch mysql" … of the last step.</summary>
    public string[] Asked =>
    [
        .. Effects.Select(effect => effect switch
        {
            ResourceEffect.Run run => $"{run.Operation.ToString().ToLowerInvariant()} {run.Resource}",
            ResourceEffect.Watch watch => $"{(watch.On ? "watch" : "unwatch")} {watch.Resource}",
            _ => "",
        }).Where(line => line.Length > 0),
    ];

    /// <summary>db ← app, ip ← app, log alone.</summary>
    public static Bench Pbx() => new(Group(("db", []), ("ip", []), ("app", ["db", "ip"]), ("log", [])));

    public static GroupConfig Group(params (string Name, string[] After)[] resources) =>
        new("pbx", -1, new FailbackConfig.Never(), [.. resources.Select(resource => Resource(resource.Name, resource.After))]);

    public static ResourceConfig Resource(string name, params string[] after) =>
        new(
            name,
            [.. after],
            new ResourceKind.Service(name + ".service"),
            new TimingConfig(StartBound, StopBound, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10)),
            Budget,
            null);

    public Bench Step(ResourceEvent input)
    {
        (State, Effects) = GroupResources.Step(State, input, Now, Config);
        foreach (var run in Effects.OfType<ResourceEffect.Run>()) _open[run.Resource] = run;
        return this;
    }

    public Bench Want(Goal goal, bool adopt = false) => Step(new ResourceEvent.Want(goal, adopt));

    /// <summary>The resource's operation that was asked for last ends.</summary>
    public Bench End(string resource, Outcome outcome = Outcome.Success, string text = "")
    {
        var run = _open[resource];
        return Step(new ResourceEvent.Done(run.Id, resource, run.Operation, outcome, text));
    }

    public Bench Fail(string resource, string text = "died") => Step(new ResourceEvent.Failed(resource, text));

    public Bench After(TimeSpan span)
    {
        Now += span;
        return Step(new ResourceEvent.Tick());
    }

    public ResourceEffect.Run Open(string resource) => _open[resource];

    public ResourceState StateOf(string resource) => GroupResources.View(State).Single(view => view.Name == resource).State;

    /// <summary>All started.</summary>
    public Bench Started()
    {
        Want(Goal.Started).End("db").End("ip").End("log").End("app");
        Assert.Equal(GroupCondition.Started, Condition);
        return this;
    }
}
