using Appliance.Agent.Status;

namespace Appliance.Agent.Control;

/// <summary>An order as a person says it.</summary>
internal static class OrderText
{
    /// <summary>The command and what it is about, for example "switchover pbx".</summary>
    public static string Of(ControlRequest request)
    {
        var arguments = request.Arguments ?? new ControlArguments();
        var words = request.Command ?? "";
        if (arguments.Node is { } node) words += $" {node}";
        if (arguments.Group is { } group) words += $" {group}";
        if (arguments.Resource is { } resource) words += $"/{resource}";
        if (request.Command == ControlCommands.Maintenance)
            words += arguments.Seconds is { } seconds ? $" for {Words.Span(seconds * 1000)}" : " off";
        return Words.Clean(words);
    }
}
