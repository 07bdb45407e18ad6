using Appliance.Agent.Clock;
using Appliance.Agent.Heartbeat;
using Appliance.Agent.Journal;
using Appliance.Agent.Status;
using Appliance.Agent.Update.Pair;
using Appliance.Core.Incidents;

namespace Appliance.Agent.Incidents;

/// <summary>All that an agent has to do with incidents, put together.</summary>
internal sealed class IncidentDesk : IDisposable
{
    private readonly string _boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
    private readonly long _started = (long)BootClock.Now.SinceBoot.TotalMilliseconds;
    private readonly Func<long> _unixMs;
    private readonly ClockBoard _clocks = new();
    private readonly IncidentFolder _folder;
    private readonly IncidentThread _thread;
    private readonly PeerAnswers _answers;
    private volatile PairAddress? _address;

    /// <param name="files">Configuration, own number, keys.</param>
    /// <param name="directory">The agent's; records lie in a folder below.</param>
    /// <param name="status">How the pair stands. Any thread.</param>
    /// <param name="complain">Told in words of damaged files and of what cannot be written. Any thread.</param>
    public IncidentDesk(
        AgentFiles files, string directory, EventStore events, Func<StatusView> status, Func<long> unixMs, Action<string> complain)
    {
        _unixMs = unixMs;
        _address = IncidentAddress.Of(files.Config, files.Node, files.Keys);
        _folder = new IncidentFolder(Path.Combine(directory, "incidents"), complain);
        var book = new IncidentBook(files.Config, 1 - files.Node, _folder, events, Clock);
        _thread = new IncidentThread(book, _folder, events, status, new PeerQuestion(() => _address), _clocks, Clock);
        _answers = new PeerAnswers(() => _address, events, Clock, _clocks, _thread.PeerTold, complain);
    }

    public void Start()
    {
        _thread.Start();
        _answers.Start();
    }

    /// <summary>There is news in the event store. Any thread; returns at once.</summary>
    public void Signal() => _thread.Signal();

    /// <summary>A heartbeat of the peer. Returns at once.</summary>
    public void Hear(in HeardItem item) => _clocks.Hear(item);

    /// <summary>New keys are in force.</summary>
    public void ReplaceKeys(AgentFiles files) => _address = IncidentAddress.Of(files.Config, files.Node, files.Keys);

    /// <summary>The list, newest first and brief, or one record, whole. Null: there is no such record. Any thread.</summary>
    /// <param name="id">Null: the list. "last": the newest. Else its name or the beginning of it.</param>
    public IReadOnlyList<Incident>? Read(string? id)
    {
        if (id is null) return [.. _folder.All.Select(static record => record.Brief())];
        return _folder.Find(id) is { } record ? [record] : null;
    }

    public void Dispose()
    {
        _answers.Dispose();
        _thread.Dispose();
    }

    private NodeClock Clock() => new((long)BootClock.Now.SinceBoot.TotalMilliseconds, _unixMs(), _boot, _started);
}
