namespace Appliance.Core.Incidents;

/// <summary>A span in which a group did not serve.</summary>
/// <param name="FromMs">Last moment it served.</param>
/// <param name="ToMs">First moment it served again; null: not yet.</param>
/// <param name="ErrorMs">Of the span; null: not known.</param>
/// <param name="What">The resource whose failure began it; null: all of the group.</param>
internal sealed record GroupSilence(long FromMs, long? ToMs, long? ErrorMs, string? What);

/// <summary>What the events tell about one group: who served, who serves, and when nobody did.</summary>
internal sealed class GroupStory
{
    private readonly IncidentRules _rules;
    private readonly IReadOnlyList<IncidentEntry> _entries;
    private readonly string _node;
    private readonly string _peer;
    private readonly HashSet<string> _down = [];
    private GroupSilence? _open;
    private long? _openError;
    private bool _local;

    /// <param name="before">Who is known to have served when it began; null: the events must show it.</param>
    public GroupStory(
        IncidentRules rules, IReadOnlyList<IncidentEntry> entries, string name, string node, string peer, string? before)
    {
        (_rules, _entries, Name, _node, _peer) = (rules, entries, name, node, peer);
        Own = [.. entries.Where(entry => entry.Group == name)];
        From = before ?? FirstServer();
        Walk();
    }

    public string Name { get; }

    /// <summary>The events of this group.</summary>
    public List<IncidentEntry> Own { get; }

    /// <summary>Who served before; null: nobody that is known.</summary>
    public string? From { get; }

    /// <summary>Who serves at the end; null: nobody.</summary>
    public string? To { get; private set; }

    /// <summary>In time order.</summary>
    public List<GroupSilence> Silences { get; } = [];

    /// <summary>The last heartbeat of the server before another node took its place; null: it was not found silent.</summary>
    public IncidentEntry? LastSign(IncidentEntry taking)
    {
        IncidentEntry? found = null;
        foreach (var entry in _entries)
        {
            if (entry.AtMs > taking.AtMs || entry.Node != taking.Node || entry.Kind != "peer") continue;
            if (entry.To == "Late") found = entry with { AtMs = entry.AtMs - _rules.WarntimeMs };
            else if (entry.To == "Dead") found ??= entry with { AtMs = entry.AtMs - _rules.DeadtimeMs };
            else found = null;
        }

        return found;
    }

    private string? FirstServer()
    {
        var left = Own.FirstOrDefault(entry => entry.IsRole && entry.From == "Active");
        var first = Own.FirstOrDefault(entry => entry.IsRole);
        if (first is { To: "Active" } && first.Text.Contains(IncidentCause.TookBack, StringComparison.Ordinal)) return first.Node;
        if (first is { To: "Activating" } && LastSign(first) is { From: "Up" or "Late" }) return Other(first.Node);
        if (left is not null && left.AtMs <= (Own.FirstOrDefault(entry => entry.IsRole && entry.To == "Active")?.AtMs ?? long.MaxValue))
            return left.Node;
        if (first is not null) return null;
        return Own.FirstOrDefault(entry => entry.Kind == "resource" && entry is { From: "Started", Resource: not null })?.Node;
    }

    private string Other(string node) => node == _node ? _peer : _node;

    private void Walk()
    {
        To = From;
        foreach (var entry in Own)
        {
            if (_open is null) Begin(entry);
            else Go(entry);
            if (entry.IsRole && entry.To == "Active") To = entry.Node;
            else if (entry.IsRole && entry.Node == To && entry.From == "Active") To = null;
        }

        if (_open is not null) Silences.Add(_open);
    }

    private void Begin(IncidentEntry entry)
    {
        if (To is null) return;
        if (entry.IsRole && entry.Node == To && entry.From == "Active") Open(entry, 0, null, local: false);
        else if (entry is { Kind: "resource", From: "Started", Resource: { } name } && entry.Node == To)
        {
            Open(entry, entry.IsFailure ? _rules.UnseenMs(entry) : 0, name, local: true);
            _down.Add(name);
        }
        else if (entry.IsRole && entry.Node != To && entry.To == "Activating")
            Open(LastSign(entry) ?? entry, _rules.KeepaliveMs, null, local: false);
    }

    private void Open(IncidentEntry entry, long unseenMs, string? what, bool local)
    {
        _down.Clear();
        _local = local;
        _openError = entry.ErrorMs + unseenMs;
        _open = new GroupSilence(entry.AtMs, null, null, what);
    }

    private void Go(IncidentEntry entry)
    {
        if (entry.IsRole && entry.From == "Active") _local = false;
        if (entry.IsRole && entry.To == "Active") Close(entry);
        else if (_local && entry is { Kind: "resource", Resource: { } name } && entry.Node == To)
        {
            if (entry.To == "Started") _down.Remove(name);
            else _down.Add(name);
            if (_down.Count == 0) Close(entry);
        }
    }

    private void Close(IncidentEntry entry)
    {
        var span = _open! with { ToMs = entry.AtMs, ErrorMs = _openError + entry.ErrorMs };
        _open = null;
        // On two clocks the new server may seem to begin before the old one ended: then there was no silence that could be measured.
        if (span.ToMs > span.FromMs) Silences.Add(span);
    }
}
