using System.CommandLine;
using System.CommandLine.Completions;
using Appliance.Agent.Replica.Client;
using Appliance.Agent.Replica.Control;
using Appliance.Agent.Status;
using Types = Appliance.Core.Configuration.Schema.Types;

namespace Appliance.Agent.Commands.Replica;

/// <summary>The NAME of a replica on a command line, and the socket it means: beside the agent's, wherever that is.</summary>
internal static class ReplicaName
{
    private const string Prefix = "replica-";
    private const string Suffix = ".sock";

    public static Argument<string> Argument()
    {
        var name = new Argument<string>("NAME") { Description = "Name of the [replica.NAME]." };
        name.CompletionSources.Add(Complete);
        name.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !Types.IsName(result.Tokens[0].Value))
                result.AddError($"'{Words.Clean(result.Tokens[0].Value)}' is not the name of a replica.");
        });
        return name;
    }

    public static string SocketOf(ParseResult line, string name) =>
        Path.Combine(Folder(line), Path.GetFileName(ReplicaControl.PathOf(name)));

    /// <summary>Names of the replicas whose processes have a socket here.</summary>
    public static IReadOnlyList<string> Here(ParseResult line)
    {
        try
        {
            return [.. Directory.EnumerateFiles(Folder(line), Prefix + "*" + Suffix)
                .Select(path => Path.GetFileName(path)[Prefix.Length..^Suffix.Length]).Order(StringComparer.Ordinal)];
        }
        catch (Exception world) when (world is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Gives an order and prints what became of it.</summary>
    public static int Order(ParseResult line, string name, string order, ReplicaArguments? arguments = null)
    {
        var reply = ReplicaSocket.Ask(
            SocketOf(line, name), new ReplicaRequest(ReplicaCommands.Order, order, arguments),
            ReplicaControl.OrderDeadline + TimeSpan.FromSeconds(2), out var reached);
        var (output, error) = (line.InvocationConfiguration.Output, line.InvocationConfiguration.Error);
        if (reply.Ok) output.WriteLine(Words.Clean(reply.Text ?? "done"));
        else error.WriteLine($"appliance: {Words.Clean(reply.Error ?? "the replica's process refused without a reason")}");
        return (int)(reply.Ok ? ExitCode.Ok : reached ? ExitCode.Warning : ExitCode.Critical);
    }

    private static string Folder(ParseResult line) => Path.GetDirectoryName(Path.GetFullPath(SocketOption.Of(line)))!;

    private static IEnumerable<CompletionItem> Complete(CompletionContext context) =>
        Here(context.ParseResult).Select(name => new CompletionItem(name));
}
