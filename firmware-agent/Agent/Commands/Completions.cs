using System.CommandLine.Completions;
using Appliance.Agent.Status;

namespace Appliance.Agent.Commands;

/// <summary>Names for the Tab key, asked of the running agent. No agent, no names: completion never complains.</summary>
internal static class Completions
{
    public static IEnumerable<CompletionItem> OwnNode(CompletionContext context) => Names(context, view => [view.Node.Name]);

    public static IEnumerable<CompletionItem> Nodes(CompletionContext context) =>
        Names(context, view => [view.Peer.Name, view.Node.Name]);

    public static IEnumerable<CompletionItem> Groups(CompletionContext context) =>
        Names(context, view => view.Groups.Select(group => group.Name));

    public static IEnumerable<CompletionItem> Resources(CompletionContext context) => Names(context, view =>
        view.Groups.SelectMany(group => group.Resources.Select(resource => $"{group.Name}/{resource.Name}")));

    private static IEnumerable<CompletionItem> Names(CompletionContext context, Func<StatusView, IEnumerable<string>> names) =>
        Ask.Status(context.ParseResult, out _) is { } view ? names(view).Select(name => new CompletionItem(name)) : [];
}
