using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Appliance.Agent.Control;
using Appliance.Agent.Journal;
using Appliance.Agent.Status;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance events</c>: what happened, oldest first.</summary>
public static class EventsCommand
{
    private const int UsualLimit = 100;

    /// <summary>Following waits for ever; the agent's end is noticed as a closed connection.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromDays(7);

    private sealed record Wanted(bool Json, bool Follow, DateTimeOffset? Since, int Limit);

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "One JSON object per line." };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on until interrupted." };
        var since = new Option<DateTimeOffset?>("--since")
        {
            Description = "Only later ones: a duration back from now (10m) or a time (2026-11-21T08:00:00Z).",
            HelpName = "WHEN",
            CustomParser = Since,
        };
        var limit = Limit();
        var command = new Command("events", "Shows what happened on this node.") { json, follow, since, limit };
        command.SetAction(line =>
            Run(line, new Wanted(line.GetValue(json), line.GetValue(follow), line.GetValue(since), line.GetValue(limit))));
        return command;
    }

    private static Option<int> Limit()
    {
        var limit = new Option<int>("--limit", "-n")
        {
            Description = $"At most that many of the newest, 0 to {ControlLimits.EventsMax}.",
            HelpName = "N",
            DefaultValueFactory = _ => UsualLimit,
        };
        limit.Validators.Add(result =>
        {
            if (result.Tokens.Count != 1 || !int.TryParse(result.Tokens[0].Value, out var asked)) return;
            if (asked is < 0 or > ControlLimits.EventsMax)
                result.AddError($"--limit is from 0 to {ControlLimits.EventsMax}; {asked} was given.");
        });
        return limit;
    }

    private static DateTimeOffset? Since(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (DurationArgument.TryParse(text, out var back)) return DateTimeOffset.UtcNow - back;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return time;
        result.AddError($"'{text}' is neither a duration such as 10m nor a time such as 2026-11-21T08:00:00Z.");
        return null;
    }

    private static int Run(ParseResult line, Wanted wanted)
    {
        using var client = ControlClient.Connect(SocketOption.Of(line), out var error);
        if (client is null) return Ask.Fail(line, error);
        var arguments = new ControlArguments(Limit: wanted.Limit, Follow: wanted.Follow ? true : null);
        client.Send(new ControlRequest(ControlCommands.Events, arguments));
        while (true)
        {
            var reply = client.Receive(out error, wanted.Follow ? Patience : null);
            if (reply is null) return Ask.Fail(line, error);
            if (!reply.Ok) return Ask.Fail(line, reply.Error ?? "the agent refused without a reason");
            if (reply.Event is not { } happened) return (int)ExitCode.Ok;
            if (wanted.Since is null || happened.UnixMs >= wanted.Since.Value.ToUnixTimeMilliseconds()) Print(line, happened, wanted.Json);
        }
    }

    private static void Print(ParseResult line, EventView happened, bool json)
    {
        var output = line.InvocationConfiguration.Output;
        output.WriteLine(json ? JsonSerializer.Serialize(happened, EventJson.Readable.EventView) : EventText.Of(happened));
        output.Flush();
    }
}
