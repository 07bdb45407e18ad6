using System.Collections.Immutable;
using Appliance.Core.Configuration;
using Appliance.Core.Import.Drbd;
using Appliance.Core.Import.Resources;

namespace Appliance.Core.Import.Merge;

/// <summary>The resources of one group.</summary>
/// <param name="used">What a resource of any group has taken already: units, scripts, directories, addresses, devices.</param>
internal sealed class ResourceMerge(PairFacts facts, ImportNotes notes, ReplicaMerge replicas, Dictionary<string, Place> used)
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    /// <summary>A resource that is not there any more, and those that it waited for.</summary>
    private readonly Dictionary<string, ImmutableArray<string>> _gone = new(StringComparer.Ordinal);

    private readonly List<ResourceDraft> _taken = [];

    public ImmutableArray<ResourceDraft> All(ImmutableArray<ResourceDraft> drafts)
    {
        var routed = drafts.Any(draft => draft.Word == "source-route-all");
        foreach (var draft in drafts)
        {
            if (draft.Word == "source-route-all") Drop(draft);
            else if (draft.Word == "bind" && _taken.FindIndex(one => one.Word == "bind"
                && one.Directory == draft.Directory) is >= 0 and var bind)
                Merge(bind, draft);
            else if (_taken.Count >= Limits.ResourcesMax) Refuse(draft, $"more than {Limits.ResourcesMax} resources in one group");
            else if (Resolve(draft) is { } resolved && IsFree(resolved)) _taken.Add(routed && draft.Word == "ip"
                ? resolved with { SourceRoute = true } : resolved);
        }

        Needs();
        LinesLast();
        Directories();
        var named = _taken.ToDictionary(draft => draft.Id, draft => Names.Unique(draft.Name.Length > 0 ? draft.Name : draft.Id,
            draft.Word, _names));
        return [.. _taken.Select(draft => draft with { Name = named[draft.Id], After = [.. After(draft).Select(id => named[id])] })];
    }

    private void Drop(ResourceDraft draft) => _gone[draft.Id] = draft.After;

    private void Refuse(ResourceDraft draft, string words)
    {
        notes.Refuse(draft.Place, ImportNotes.Shown(draft.Id), words);
        Drop(draft);
    }

    /// <summary>Links of one mount are one resource: it covers all of their paths.</summary>
    private void Merge(int at, ResourceDraft draft)
    {
        foreach (var path in draft.Paths)
        {
            if (_taken[at].Paths.Contains(path)) continue;
            if (_taken[at].Paths.Length >= Limits.ResourcesMax || !used.TryAdd($"path {path}", draft.Place))
                notes.Refuse(draft.Place, ImportNotes.Shown(path), "it is bound already, or there are too many");
            else _taken[at] = _taken[at] with { Paths = _taken[at].Paths.Add(path) };
        }

        _gone[draft.Id] = [_taken[at].Id];
    }

    private ResourceDraft? Resolve(ResourceDraft draft) => draft.Word switch
    {
        "replica" => Replica(draft),
        "mount" => Mount(draft),
        "ip" => Address(draft),
        "tdm" => draft with { Device = draft.Device == "fonebridge" ? "bridge" : "rhino" },
        _ => draft,
    };

    private ResourceDraft Address(ResourceDraft draft)
    {
        var known = facts.ServiceAddresses.Find(one => one.Address == draft.Address);
        return known is null ? draft : draft with
        {
            PrefixLength = draft.PrefixLength > 0 ? draft.PrefixLength : known.PrefixLength,
            Interface = draft.Interface.Length > 0 ? draft.Interface : known.Interface,
        };
    }

    private ResourceDraft? Replica(ResourceDraft draft)
    {
        if (replicas.Known.All(replica => replica.Name != draft.Replica))
        {
            if (facts.Replicas.Count > 0)
            {
                Refuse(draft, $"DRBD's files have no resource {draft.Replica} (they have "
                    + $"{string.Join(", ", replicas.Known.Take(4).Select(replica => replica.Name))})");
                return null;
            }

            replicas.Known.Add(new ReplicaFact(draft.Replica, [], [], draft.Place));
        }

        if (_taken.Exists(one => one.Word == "replica"))
        {
            Refuse(draft, "a second replica in one group; a group has one standing of its data: make two groups of it");
            return null;
        }

        return draft;
    }

    private ResourceDraft? Mount(ResourceDraft draft)
    {
        if (!draft.Device.StartsWith("/dev/drbd", StringComparison.Ordinal)) return draft;
        var own = _taken.Find(one => one.Word == "replica");
        var replica = replicas.ByDevice(draft.Device);
        // Without DRBD's files the one replica of the group is what is mounted.
        if (replica is null && facts.Replicas.Count == 0 && own is not null) replica = replicas.Known.Find(one => one.Name == own.Replica);
        if (replica is null)
        {
            notes.Refuse(draft.Place, ImportNotes.Shown(draft.Device), replicas.Known.Count == 0
                ? "no file says which of DRBD's resources makes "
                + "this device; give drbd.conf, too" : $"no resource of DRBD's makes this device ({Makers()})");
            return draft with { Device = "" };
        }

        if (own is not null && own.Replica != replica.Name)
        {
            notes.Refuse(draft.Place, ImportNotes.Shown(draft.Device),
                $"it is of {replica.Name}, but the group makes {own.Replica} primary");
            return draft with { Device = "" };
        }

        if (own is null && !Promote(draft, replica)) return draft with { Device = "" };
        return draft with { Device = ReplicaSection.DeviceFolder + replica.Name };
    }

    /// <summary>DRBD 9 makes a device primary when it is opened; here a resource does.</summary>
    private bool Promote(ResourceDraft mount, ReplicaFact replica)
    {
        var added = new ResourceDraft($"replica of {mount.Id}", "replica", mount.Place)
        {
            Name = "data", Replica = replica.Name, After = mount.After, Comment = "nothing made it primary; the mount needs it",
        };
        if (!IsFree(added)) return false;
        _taken.Add(added);
        return true;
    }

    private string Makers() => string.Join(", ", replicas.Known.Where(replica => replica.Minor >= 0).Take(4)
        .Select(replica => $"{replica.Name} makes /dev/drbd{replica.Minor}"));

    /// <summary>Nothing may be started twice.</summary>
    private bool IsFree(ResourceDraft draft)
    {
        string[] keys = draft.Word switch
        {
            "ip" => [$"address {draft.Address}"],
            "mount" => [$"directory {draft.Directory}"],
            "service" => [$"unit {draft.Unit}"],
            "lsb" => [$"script {draft.Script}"],
            "replica" => [$"replica {draft.Replica}"],
            "tdm" => [$"device {draft.Device}"],
            "bind" => [.. draft.Paths.Select(path => $"path {path}")],
            "dahdi" => ["dahdi"],
            _ => [],
        };
        if (_taken.Exists(one => one.Id == draft.Id))
        {
            Refuse(draft, "for the second time");
            return false;
        }

        foreach (var key in keys)
        {
            if (used.TryAdd(key, draft.Place)) continue;
            Refuse(draft, $"{key} is already taken by {used[key]}");
            return false;
        }

        return true;
    }

    /// <summary>A mount needs its replica, a bind its mount, whatever the old file ordered.</summary>
    private void Needs()
    {
        for (var at = 0; at < _taken.Count; at++)
        {
            var draft = _taken[at];
            var need = draft.Word switch
            {
                "mount" when draft.Device.StartsWith(ReplicaSection.DeviceFolder, StringComparison.Ordinal) =>
                    _taken.Find(one => one.Word == "replica"),
                "bind" => _taken.Find(one => one.Word == "mount" && one.Directory == draft.Directory),
                _ => null,
            };
            if (need is not null && !draft.After.Contains(need.Id)) _taken[at] = draft with { After = draft.After.Add(need.Id) };
        }
    }

    /// <summary>Instructions on the web make links by hand from /etc/asterisk and the like into the mount: no file has them.</summary>
    private void Directories()
    {
        if (_taken.Exists(draft => draft.Word == "bind")) return;
        var at = _taken.FindIndex(draft => draft.Word == "mount"
            && draft.Device.StartsWith(ReplicaSection.DeviceFolder, StringComparison.Ordinal));
        if (at < 0) return;
        var words = $"no file names directories below {_taken[at].Directory}: if those of the old nodes (/etc/asterisk, /var/lib/mysql, …) "
            + "were links into it, add a resource of type \"bind\" with their paths";
        notes.Note(_taken[at].Place, "links", words);
        _taken[at] = _taken[at] with { Comment = words };
    }

    /// <summary>Lines come to a node whose telephone system runs, and leave it when that fails.</summary>
    private void LinesLast()
    {
        if (_taken.Find(draft => draft.Unit == "asterisk.service") is not { } asterisk) return;
        foreach (var line in _taken.Where(draft => draft.Word == "tdm").ToArray())
        {
            _taken.Remove(line);
            for (var at = 0; at < _taken.Count; at++)
                if (_taken[at].After.Contains(line.Id))
                    _taken[at] = _taken[at] with { After = [.. _taken[at].After.Where(id => id != line.Id).Concat(line.After).Distinct()] };
            _taken.Add(line with { After = [asterisk.Id] });
        }
    }

    /// <summary>Those that are there, with those behind the ones that are not.</summary>
    private IEnumerable<string> After(ResourceDraft draft)
    {
        var found = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal) { draft.Id };
        var open = new Stack<string>(draft.After.Backwards());
        while (open.TryPop(out var id))
        {
            if (!seen.Add(id)) continue;
            if (_taken.Exists(one => one.Id == id)) found.Add(id);
            else foreach (var before in _gone.GetValueOrDefault(id, [])) open.Push(before);
        }

        return found;
    }
}
