using System.CommandLine;
using System.CommandLine.Completions;

namespace Appliance.Agent.Commands;

/// <summary>Control sockets with a name in their file's name, <c>PREFIX-NAME.sock</c>: beside the agent's, wherever that is.</summary>
internal sealed class SocketNames(string prefix)
{
    private const string Suffix = ".sock";

    /// <summary>Names of those that have a socket here.</summary>
    public IReadOnlyList<string> Here(ParseResult line)
    {
        try
        {
            return [.. Directory.EnumerateFiles(Folder(line), prefix + "*" + Suffix)
                .Select(path => Path.GetFileName(path)[prefix.Length..^Suffix.Length]).Order(StringComparer.Ordinal)];
        }
        catch (Exception world) when (world is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public IEnumerable<CompletionItem> Complete(CompletionContext context) =>
        Here(context.ParseResult).Select(name => new CompletionItem(name));

    /// <summary>The socket whose usual place is <paramref name="usual"/>.</summary>
    public static string Beside(ParseResult line, string usual) => Path.Combine(Folder(line), Path.GetFileName(usual));

    private static string Folder(ParseResult line) => Path.GetDirectoryName(Path.GetFullPath(SocketOption.Of(line)))!;
}
