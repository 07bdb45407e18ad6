using System.Collections.Immutable;
using System.Globalization;
using Appliance.Core.Configuration.Schema;
using Appliance.Core.Import.Resources;
using static Appliance.Core.Import.Outcome;

namespace Appliance.Core.Import.Crm;

/// <summary>A command <c>primitive</c> as a resource of the new file.</summary>
internal sealed class CrmPrimitive(PairFacts facts, ImportNotes notes)
{
    private static readonly string[] Sections = ["params", "meta", "op", "operations", "utilization"];

    private readonly ImmutableArray<AgentParameter>.Builder _parameters = ImmutableArray.CreateBuilder<AgentParameter>();
    private readonly Dictionary<string, string> _times = new(StringComparer.Ordinal);
    private int _restarts = -1;
    private string _within = "";
    private bool _stopped;

    /// <summary>Null: it is no resource of the new file; what became of it has been told.</summary>
    public ResourceDraft? Read(ImmutableArray<CrmWord> words)
    {
        var (id, type) = (words[1].Text, words[2]);
        Attributes(words[3..]);
        if (type.Text.StartsWith('@'))
        {
            notes.Refuse(type.Place, ImportNotes.Shown(id), "templates are not read; write the primitive out");
            return null;
        }

        var call = Call(id, type.Text, words[0].Place);
        if (call.Class == "stonith") return Fence(call);
        var draft = new AgentMapping(facts, notes).Map(call);
        if (draft is null) return null;
        if (_stopped)
        {
            notes.Refuse(words[0].Place, ImportNotes.Shown(id), "target-role says that it is stopped: it is left out");
            return null;
        }

        return draft with
        {
            Times = [.. _times.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value))],
            RestartsMax = _restarts, RestartsWithin = _within,
        };
    }

    private ResourceDraft? Fence(AgentCall call)
    {
        var name = $"{ImportNotes.Shown(call.Id)} ({ImportNotes.Shown(call.Spelled)})";
        var outcome = FenceMapping.Take(
            call.Id, call.Type, [.. call.Parameters.Select(parameter => (parameter.Key, parameter.Value))], call.Place, facts);
        if (outcome is null) notes.Map(call.Place, name, "[fence.NAME]");
        else if (outcome.Disposition == Disposition.Mapped) notes.Map(call.Place, name, outcome.Words);
        else notes.Refuse(call.Place, name, outcome.Words);
        return null;
    }

    /// <summary>CLASS:PROVIDER:TYPE; what is left out is what the crm shell leaves out.</summary>
    private AgentCall Call(string id, string spelled, Place place)
    {
        var parts = spelled.Split(':', 3);
        var (kind, provider, type) = parts.Length switch
        {
            3 => (parts[0], parts[1], parts[2]),
            2 when parts[0] == "ocf" => ("ocf", "heartbeat", parts[1]),
            2 => (parts[0], "", parts[1]),
            _ => ("ocf", spelled switch { "drbd" => "linbit", "ping" or "pingd" or "ClusterMon" => "pacemaker", _ => "heartbeat" },
                spelled),
        };
        if (kind != "ocf" && parts.Length == 3) (provider, type) = ("", $"{parts[1]}:{parts[2]}");
        return new AgentCall(id, kind, provider, type, _parameters.ToImmutable(), place);
    }

    private void Attributes(ImmutableArray<CrmWord> words)
    {
        var section = "params";
        for (var at = 0; at < words.Length; at++)
        {
            var word = words[at];
            if (Sections.Contains(word.Text)) section = word.Text;
            else if (section == "op" && word.Key.Length == 0)
            {
                var first = at + 1;
                while (at + 1 < words.Length && words[at + 1].Key.Length > 0) at++;
                Operation(word, words[first..(at + 1)]);
            }
            else if (word.Key is "id" or "description" or "name" && word.Text[0] is '$' or 'd') continue;
            else if (section == "meta") Meta(word);
            else if (section is "utilization" or "operations")
                notes.Note(word.Place, $"{section} {ImportNotes.Shown(word.Key)}", "two nodes are alike: nothing is weighed");
            else if (word.Key.Length > 0) _parameters.Add(new AgentParameter(word.Key, word.Value, word.Place));
            else notes.Refuse(word.Place, ImportNotes.Shown(word.Text), "a word without a value where NAME=VALUE is expected");
        }
    }

    private void Meta(CrmWord word)
    {
        if (CrmTable.Options.Find($"meta {word.Key}") is not { } directive)
        {
            notes.RefuseUnknown(word.Place, $"meta {word.Key}", "option", CrmTable.Options);
            return;
        }

        if (word.Key == "target-role" && word.Value == "Stopped") _stopped = true;
        var outcome = word.Key switch
        {
            "migration-threshold" => CrmRestarts.Max(word.Value, out _restarts),
            "failure-timeout" => CrmRestarts.Within(word.Value, out _within),
            "resource-stickiness" => Noted("failback is said of a whole group: rsc_defaults and the group's own meta count"),
            _ => null,
        };
        notes.Take(word.Place, directive, outcome);
    }

    private void Operation(CrmWord name, ImmutableArray<CrmWord> settings)
    {
        if (CrmTable.Options.Find($"op {name.Text}") is not { } directive)
        {
            notes.RefuseUnknown(name.Place, $"op {name.Text}", "operation", CrmTable.Options);
            return;
        }

        Outcome? outcome = null;
        foreach (var setting in settings)
        {
            var key = (name.Text, setting.Key) switch
            {
                ("start", "timeout") => "start-timeout",
                ("stop", "timeout") => "stop-timeout",
                ("monitor", "timeout") => "monitor-timeout",
                ("monitor", "interval") => "monitor-interval",
                _ => "",
            };
            if (key.Length > 0) outcome = Time(key, setting.Value) ?? outcome;
            else if (setting.Key == "on-fail" && setting.Value != "restart")
                outcome = Refused($"on-fail={ImportNotes.Shown(setting.Value)}: a failure is answered by restarts, then by a move");
        }

        notes.Take(name.Place, directive, outcome);
    }

    private Outcome? Time(string key, string text)
    {
        if (OldTime.Pacemaker(text) is not { } time) return Refused($"{ImportNotes.Shown(text)} is no time");
        // An interval of 0 is an operation that is not repeated.
        if (time == TimeSpan.Zero && key == "monitor-interval") return null;
        if (Fit.Problem(ResourceSchema.Resource, key, time) is { } problem) return Refused($"{key}: {problem}");
        _times.TryAdd(key, Words.Of(time));
        return null;
    }
}

/// <summary>Pacemaker's counting of failures as a restart budget.</summary>
internal static class CrmRestarts
{
    /// <summary>The group moves at that many failures: one restart less.</summary>
    public static Outcome? Max(string text, out int restarts)
    {
        restarts = -1;
        if (text is "INFINITY" or "inf" or "+INFINITY") return Noted("it never moved; here a budget of restarts is always kept, 3 in "
            + "10 minutes");
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var threshold))
            return Refused($"{ImportNotes.Shown(text)} is no number");
        if (threshold == 0) return Noted("0 switches the counting off; here a budget of restarts is always kept, 3 in 10 minutes");
        if (Fit.Problem(ResourceSchema.Restarts, "max", threshold - 1) is { } problem) return Refused(problem);
        restarts = threshold - 1;
        return null;
    }

    public static Outcome? Within(string text, out string within)
    {
        within = "";
        if (OldTime.Pacemaker(text) is not { } time) return Refused($"{ImportNotes.Shown(text)} is no time");
        if (time == TimeSpan.Zero) return Noted("0 never forgets a failure; here they are forgotten after 10 minutes");
        if (Fit.Problem(ResourceSchema.Restarts, "within", time) is { } problem) return Refused(problem);
        within = Words.Of(time);
        return null;
    }
}
