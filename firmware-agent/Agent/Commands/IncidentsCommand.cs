using System.CommandLine;
using System.Text.Json;
using Appliance.Agent.Control;
using Appliance.Core.Incidents;

namespace Appliance.Agent.Commands;

/// <summary><c>appliance incidents</c>: what became of the service, when and why, in the words of both nodes.</summary>
public static class IncidentsCommand
{
    public static Command Create()
    {
        var id = new Argument<string?>("ID")
        {
            Description = "Of the list, or its beginning, or 'last'. Default: the list.", Arity = ArgumentArity.ZeroOrOne,
        };
        var json = new Option<bool>("--json") { Description = "A JSON array; with ID one object." };
        var svg = new Option<string?>("--svg") { Description = "Write a picture of the record to a file.", HelpName = "FILE" };
        var command = new Command("incidents", "Lists what happened to the service, or tells one incident as a time line.")
        {
            id, json, svg,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(svg) is null) return;
            if (result.GetValue(id) is null) result.AddError("--svg draws one incident: name it, or 'last'.");
            if (result.GetValue(json)) result.AddError("--json and --svg exclude each other.");
        });
        command.SetAction(line => Run(line, line.GetValue(id), line.GetValue(json), line.GetValue(svg)));
        return command;
    }

    private static int Run(ParseResult line, string? id, bool json, string? svg)
    {
        var reply = ControlClient.Ask(
            SocketOption.Of(line), new ControlRequest(ControlCommands.Incidents, id is null ? null : new ControlArguments(Id: id)),
            out var reached);
        if (!reply.Ok && reached) return Refuse(line, reply.Error);
        if (reply is not { Ok: true, Incidents: { } records }) return Ask.Fail(line, reply.Error ?? "the agent's answer has no incidents");
        if (svg is not null) return Draw(line, records[0], svg);
        var output = line.InvocationConfiguration.Output;
        if (json && id is not null) output.WriteLine(JsonSerializer.Serialize(records[0], ControlJson.Indented.Incident));
        else if (json) output.WriteLine(JsonSerializer.Serialize(records, ControlJson.Indented.IReadOnlyListIncident));
        else Print(output, records, id is not null);
        return (int)ExitCode.Ok;
    }

    private static int Refuse(ParseResult line, string? why)
    {
        Ask.Fail(line, why ?? "the agent refused without a reason");
        return (int)ExitCode.Warning;
    }

    private static void Print(TextWriter output, IReadOnlyList<Incident> records, bool whole)
    {
        if (records.Count == 0) output.WriteLine("no incident is kept");
        foreach (var record in records)
            foreach (var row in whole ? IncidentText.Of(record) : IncidentText.Row(record)) output.WriteLine(row);
    }

    private static int Draw(ParseResult line, Incident record, string path)
    {
        try
        {
            File.WriteAllText(path, IncidentPicture.Of(record));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Ask.Fail(line, $"{path}: {fault.Message}");
        }

        line.InvocationConfiguration.Output.WriteLine($"incident {record.Id} is drawn in {path}");
        return (int)ExitCode.Ok;
    }
}
