using Appliance.Agent.Control;
using Appliance.Core.Cluster;

namespace Appliance.Agent.Panel;

/// <summary>A long press: the groups of this node go to the other one; a node without groups fetches those of the other.</summary>
internal static class PanelSwitchover
{
    private static readonly TimeSpan AnswerBound = TimeSpan.FromSeconds(5);

    /// <summary>Orders it, and what came of it in words.</summary>
    public static string Order(IAgentControl control)
    {
        var groups = control.Status().Groups;
        var moved = groups.Where(group => group.Role == Role.Active).ToArray();
        if (moved.Length == 0) moved = [.. groups.Where(group => group.PeerRole == Role.Active)];
        if (moved.Length == 0) return "refused: no group is served by anybody";
        var answers = new List<string>();
        foreach (var group in moved)
        {
            var task = control.Execute(new Command.Switchover(group.Name));
            if (!task.Wait(AnswerBound)) answers.Add($"{group.Name}: the agent does not answer");
            else answers.Add(task.Result.Done ? task.Result.Text : $"refused: {task.Result.Text}");
        }

        return string.Join("; ", answers);
    }
}
