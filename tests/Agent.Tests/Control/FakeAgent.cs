using Appliance.Agent.Control;
using Appliance.Agent.Journal;
using Appliance.Agent.Status;
using Appliance.Agent.Tests.Status;
using Appliance.Core.Cluster;
using Appliance.Core.Incidents;
using Appliance.Core.Panel;

namespace Appliance.Agent.Tests.Control;

/// <summary>An agent that takes every command and remembers it.</summary>
internal sealed class FakeAgent : IAgentControl
{
    private readonly List<EventView> _events = [];

    public StatusView View { get; set; } = Snapshots.Healthy;

    public List<Command> Commands { get; } = [];

    public int Reloads { get; private set; }

    public CommandReply Reply { get; set; } = new(true, "it is being done");

    public bool Hangs { get; set; }

    public StatusView Status() => View;

    public IReadOnlyList<GroupExplanation> Explain() =>
    [
        .. View.Groups.Select(group => new GroupExplanation(
            group.Name, "pbx-a", 7, ["both nodes agreed"], [new NodeExplanation("pbx-a", Role.Active, true, 750, ["it sees 1 of 2"])],
            ["if pbx-a dies, pbx-b takes over"])),
    ];

    public void Happen(Report report)
    {
        lock (_events)
        {
            var count = _events.Count;
            _events.Add(EventView.Of(report, "pbx-a", count + 1, 1_795_248_000_000 + count, 5000 + count));
        }
    }

    public IReadOnlyList<EventView> Events(long sinceSerial, int limit)
    {
        lock (_events) return [.. _events.Where(happened => happened.Serial > sinceSerial).TakeLast(limit)];
    }

    public Task<CommandReply> Execute(Command command)
    {
        lock (Commands) Commands.Add(command);
        return Hangs ? new TaskCompletionSource<CommandReply>().Task : Task.FromResult(Reply);
    }

    public List<string> PanelStates { get; } = [];

    public CommandReply TryPanel(PanelState state, TimeSpan span)
    {
        PanelStates.Add($"{state} {span.TotalSeconds}");
        return Reply;
    }

    public List<string> Notes { get; } = [];

    public void Note(string sentence)
    {
        lock (Commands) Notes.Add(sentence);
    }

    public List<Incident> Records { get; } = [];

    public int IncidentsAsked { get; private set; }

    public IReadOnlyList<Incident>? Incidents(string? id)
    {
        IncidentsAsked++;
        return id is null ? [.. Records.Select(record => record.Brief())]
            : Records.Find(record => record.Id == id) is { } one ? [one] : null;
    }

    public Task<CommandReply> ReloadConfig()
    {
        Reloads++;
        return Task.FromResult(Reply);
    }
}
