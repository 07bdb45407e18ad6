using Appliance.Agent.Journal;
using Appliance.Agent.Status;
using Appliance.Core.Cluster;
using Appliance.Core.Incidents;
using Appliance.Core.Panel;

namespace Appliance.Agent.Control;

/// <summary>What the control socket asks of the agent. Called from several threads at once; must return quickly.</summary>
public interface IAgentControl
{
    /// <summary>A snapshot. Never waits for the decision loop.</summary>
    StatusView Status();

    /// <summary>Why each group is where it is, in file order. A snapshot too.</summary>
    IReadOnlyList<GroupExplanation> Explain();

    /// <summary>At most <paramref name="limit"/> of the events with a larger serial, oldest first; the newest if there are more.</summary>
    IReadOnlyList<EventView> Events(long sinceSerial, int limit);

    /// <summary>Gives an operator's command to the decision loop. The task ends when it is accepted or refused, not when done.</summary>
    Task<CommandReply> Execute(Command command);

    /// <summary>Notes among the events who ordered what, and what came of it.</summary>
    void Note(string sentence);

    /// <summary>Reads the configuration file and the keys again; keeps the old ones if the new ones are unusable.</summary>
    Task<CommandReply> ReloadConfig();

    /// <summary>Shows a state on the front panel for a moment.</summary>
    CommandReply TryPanel(PanelState state, TimeSpan span);

    /// <summary>Without a name the incidents that are kept, newest first, without phases and events; with one that record, whole. Null:
    /// there is none of that name.</summary>
    IReadOnlyList<Incident>? Incidents(string? id);
}

/// <param name="Done">False: refused, and nothing has changed.</param>
/// <param name="Text">What happens now, or why not, as a sentence.</param>
public sealed record CommandReply(bool Done, string Text);
