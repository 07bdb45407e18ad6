using System.CommandLine;
using System.CommandLine.Completions;
using Appliance.Agent.Lines;
using Appliance.Agent.Status;
using Types = Appliance.Core.Configuration.Schema.Types;

namespace Appliance.Agent.Commands.Relay;

/// <summary>The NAME of a relay on a command line, and its keeper's socket: beside the agent's, wherever that is.</summary>
internal static class RelayName
{
    private const string Prefix = "relay-";
    private const string Suffix = ".sock";

    public static Argument<string> Argument()
    {
        var name = new Argument<string>("NAME") { Description = "Name of the [device.NAME]." };
        name.CompletionSources.Add(context => Here(context.ParseResult).Select(one => new CompletionItem(one)));
        name.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !Types.IsName(result.Tokens[0].Value))
                result.AddError($"'{Words.Clean(result.Tokens[0].Value)}' is not the name of a device.");
        });
        return name;
    }

    public static string SocketOf(ParseResult line, string name) => Path.Combine(Folder(line), Path.GetFileName(LineControl.PathOf(name)));

    /// <summary>Names of the relays whose keepers have a socket here.</summary>
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

    private static string Folder(ParseResult line) => Path.GetDirectoryName(Path.GetFullPath(SocketOption.Of(line)))!;
}
