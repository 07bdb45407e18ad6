using System.Security.Cryptography;
using System.Text.Json;
using Appliance.Agent.Control;
using Appliance.Agent.State;
using Appliance.Core.Incidents;

namespace Appliance.Agent.Incidents;

/// <summary>
/// The records on disk: a file each, replaced as a whole, bounded in number and bytes. A file is one line with the checksum of the rest,
/// then the record as JSON. What is damaged is set aside and told, never guessed and never in the way.
/// </summary>
internal sealed class IncidentFolder
{
    /// <summary>Records kept; the oldest go first.</summary>
    public const int FilesMax = 100;

    /// <summary>Bytes of all of them.</summary>
    public const long BytesMax = 8 << 20;

    private const int RecentMax = 2;

    /// <summary>Bytes of one that is read.</summary>
    private const int FileBytesMax = 2 << 20;

    /// <summary>Damaged files kept for whoever wants to look.</summary>
    private const int DamagedMax = 5;

    private const string Suffix = ".incident";
    private const string Damaged = ".damaged";
    private const string Header = "appliance incident 1 sha256 ";

    private readonly string _folder;
    private readonly Action<string> _complain;
    private readonly int _filesMax;
    private readonly long _bytesMax;
    private readonly Lock _gate = new();

    /// <summary>Without phases and events, oldest first: all of them whole would be tens of megabytes.</summary>
    private readonly SortedList<string, Incident> _briefs = new(StringComparer.Ordinal);

    /// <summary>The records written last, whole: the open one is written every second, and a disk may refuse it.</summary>
    private readonly List<Incident> _recent = [];

    /// <param name="complain">Told in words of what is damaged or cannot be written.</param>
    public IncidentFolder(string folder, Action<string> complain, int filesMax = FilesMax, long bytesMax = BytesMax) =>
        (_folder, _complain, _filesMax, _bytesMax) = (folder, complain, filesMax, bytesMax);

    /// <summary>Newest first, without phases and events.</summary>
    public IReadOnlyList<Incident> All
    {
        get
        {
            lock (_gate)
            {
                var all = new List<Incident>(_briefs.Values);
                all.Reverse();
                return all;
            }
        }
    }

    /// <summary>Reads what is there. Not in the way of the agent's start: the thread that keeps records does it.</summary>
    public void Load()
    {
        try
        {
            if (!Directory.Exists(_folder)) return;
            foreach (var path in Directory.GetFiles(_folder, "*" + Suffix)) Load(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _complain($"the incidents in {_folder} cannot be read: {fault.Message}");
        }
    }

    /// <summary>The record of that name, or the newest whose name begins so, whole; "last" is the newest. Null: there is none.</summary>
    public Incident? Find(string name)
    {
        foreach (var brief in All)
            if (name == "last" || brief.Id.StartsWith(name, StringComparison.Ordinal)) return Whole(brief);
        return null;
    }

    /// <summary>A name that is not taken: two incidents may begin in one second of a clock that was set back.</summary>
    public string FreshId(long unixMs)
    {
        lock (_gate)
        {
            var id = IncidentText.IdOf(unixMs);
            for (var number = 2; _briefs.ContainsKey(id); number++) id = $"{IncidentText.IdOf(unixMs)}-{number}";
            return id;
        }
    }

    /// <summary>Keeps a record; a disk that does not take it costs its durability, which is told.</summary>
    public void Keep(Incident record)
    {
        lock (_gate)
        {
            _briefs[record.Id] = record.Brief();
            _recent.RemoveAll(known => known.Id == record.Id);
            if (_recent.Count == RecentMax) _recent.RemoveAt(0);
            _recent.Add(record);
        }

        try
        {
            Directory.CreateDirectory(_folder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _complain($"incident {record.Id} is kept in memory only: {_folder}: {fault.Message}");
            return;
        }

        if (AtomicFile.Write(PathOf(record.Id), Bytes(record)) is { } problem)
            _complain($"incident {record.Id} is kept in memory only: {problem}");
        Trim();
    }

    /// <summary>The bytes of a record's file.</summary>
    internal static byte[] Bytes(Incident record)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(record, ControlJson.Readable.Incident);
        byte[] head = [.. System.Text.Encoding.ASCII.GetBytes(Header + Convert.ToHexStringLower(SHA256.HashData(json))), (byte)'\n'];
        return [.. head, .. json];
    }

    /// <summary>A record out of its file's bytes; null and what is wrong.</summary>
    internal static Incident? Read(ReadOnlySpan<byte> bytes, out string problem)
    {
        problem = "it does not begin as an incident does";
        var end = bytes.IndexOf((byte)'\n');
        if (end != Header.Length + 64 || !bytes.StartsWith(System.Text.Encoding.ASCII.GetBytes(Header))) return null;
        var json = bytes[(end + 1)..];
        problem = "its checksum is wrong: torn or damaged";
        var sum = System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(json)));
        if (!bytes[Header.Length..end].SequenceEqual(sum)) return null;
        try
        {
            problem = "it is of another release";
            return JsonSerializer.Deserialize(json, ControlJson.Readable.Incident) is { } record && record.IsWhole() ? record : null;
        }
        catch (JsonException garbage)
        {
            problem = garbage.Message;
            return null;
        }
    }

    private string PathOf(string id) => Path.Combine(_folder, id + Suffix);

    /// <summary>With phases and events; without them when its file has gone bad meanwhile, which is told.</summary>
    private Incident Whole(Incident brief)
    {
        lock (_gate)
            if (_recent.Find(known => known.Id == brief.Id) is { } recent) return recent;
        var problem = "";
        try
        {
            (var record, problem) = ReadFile(PathOf(brief.Id));
            if (record is not null && record.Id == brief.Id) return record;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            problem = fault.Message;
        }

        _complain($"incident {brief.Id} is told without its events: {PathOf(brief.Id)}: {problem}");
        return brief;
    }

    private void Load(string path)
    {
        var (record, problem) = ReadFile(path);
        if (record is not null && PathOf(record.Id) == path)
            lock (_gate) _briefs[record.Id] = record.Brief();
        else SetAside(path, record is null ? problem : "its name is not that of the record in it");
    }

    private static (Incident? Record, string Problem) ReadFile(string path)
    {
        using var file = File.OpenRead(path);
        if (file.Length > FileBytesMax) return (null, "it is larger than any record");
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return (Read(bytes, out var problem), problem);
    }

    private void SetAside(string path, string problem)
    {
        File.Move(path, path + Damaged, overwrite: true);
        _complain($"the incident in {path} cannot be read and was set aside as {path}{Damaged}: {problem}");
        var damaged = new List<string>(Directory.GetFiles(_folder, "*" + Damaged));
        damaged.Sort(StringComparer.Ordinal);
        for (var number = 0; number < damaged.Count - DamagedMax; number++) File.Delete(damaged[number]);
    }

    /// <summary>Within the bounds again: the oldest go, never the newest.</summary>
    private void Trim()
    {
        lock (_gate)
        {
            try
            {
                while (_briefs.Count > 1 && (_briefs.Count > _filesMax || Size() > _bytesMax))
                {
                    var id = _briefs.Keys[0];
                    _briefs.RemoveAt(0);
                    File.Delete(PathOf(id));
                }
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                _complain($"an old incident in {_folder} cannot be removed: {fault.Message}");
            }
        }
    }

    private long Size()
    {
        long bytes = 0;
        foreach (var path in Directory.GetFiles(_folder, "*" + Suffix)) bytes += new FileInfo(path).Length;
        return bytes;
    }
}
