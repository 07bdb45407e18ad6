using System.Globalization;
using System.Text;
using Appliance.Agent.Journal;
using Appliance.Agent.Status;

namespace Appliance.Agent.Drills;

/// <summary>What a drill showed.</summary>
public sealed class DrillReport
{
    /// <summary>What was rehearsed.</summary>
    public required string Fault { get; init; }

    /// <summary>Name of the pair.</summary>
    public required string Cluster { get; init; }

    /// <summary>Where.</summary>
    public required string Node { get; init; }

    /// <summary>When it was begun, UTC.</summary>
    public required string At { get; init; }

    /// <summary>Why it did not pass; empty: it did, each step within its goal.</summary>
    public required string Problem { get; init; }

    /// <summary>In their order.</summary>
    public required List<DrillPhase> Phases { get; init; }

    /// <summary>What those who telephone could notice, as far as this node can know it.</summary>
    public required IReadOnlyList<string> Users { get; init; }

    /// <summary>What this node told meanwhile.</summary>
    public required IReadOnlyList<EventView> Events { get; init; }

    /// <summary>The pair did what it should, in time.</summary>
    public bool Passed => Problem.Length == 0;

    /// <summary>For people.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        text.Append($"Drill {Fault} on {Node} of {Cluster}, {At}: {(Passed ? "passed" : "FAILED")}\n");
        if (!Passed) text.Append($"  {Words.Clean(Problem)}\n");
        foreach (var phase in Phases)
        {
            var goal = phase.GoalMs > 0 ? $"goal {Padded(phase.GoalMs)}" : "             ";
            text.Append($"  {Padded(phase.Ms)} ms  {goal}  {Words.Clean(phase.What)}\n");
        }

        if (Users.Count > 0) text.Append("\nWhat users could notice:\n");
        foreach (var user in Users) text.Append($"  {user}\n");
        if (Events.Count > 0) text.Append("\nWhat this node told:\n");
        foreach (var happened in Events) text.Append($"  {EventText.Of(happened)}\n");
        return text.ToString();
    }

    private static string Padded(long ms) => ms.ToString(CultureInfo.InvariantCulture).PadLeft(8);
}

/// <summary>One thing that was reached.</summary>
/// <param name="step">One of <see cref="DrillStep"/>.</param>
/// <param name="what">In words.</param>
/// <param name="ms">Milliseconds after the fault.</param>
/// <param name="goalMs">It should not have taken longer; 0: no goal.</param>
public sealed class DrillPhase(string step, string what, long ms, int goalMs)
{
    public string Step => step;

    public string What => what;

    public long Ms => ms;

    public int GoalMs => goalMs;
}

/// <summary>What a drill goes through; not every fault has all of them.</summary>
public static class DrillStep
{
    public const string Noticed = "noticed";
    public const string Serves = "serves";
    public const string Complete = "complete";
}
