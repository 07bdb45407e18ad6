using Appliance.Agent.Journal;
using Appliance.Agent.Status;
using Appliance.Drivers.Interop;

namespace Appliance.Agent.Live;

/// <summary>What is known of the agent at one moment.</summary>
public sealed class AgentNews(StatusView? view, IReadOnlyList<EventView> events, string problem)
{
    /// <summary>The last snapshot; null: there was none.</summary>
    public StatusView? View { get; } = view;

    /// <summary>Newest last.</summary>
    public IReadOnlyList<EventView> Events { get; } = events;

    /// <summary>Why <see cref="View"/> is old; empty: it is not.</summary>
    public string Problem { get; } = problem;
}

/// <summary>Asks the agent on a thread of its own: who draws and listens to keys never waits for one that hangs.</summary>
/// <param name="told">Pulsed when there are news.</param>
internal sealed class FeedThread(string socket, WakeUp told)
{
    /// <summary>Events that come together are told together: a storm of them costs no more than this often a picture.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(1);

    /// <summary>A storm is looked at again after so many events, and the snapshot with it.</summary>
    private const int GatheredMax = 1000;

    /// <summary>After this without an answer the picture is called old, milliseconds.</summary>
    private const long PatienceMs = 3000;

    private volatile AgentNews? _latest;
    private long _latestMs = Environment.TickCount64;

    /// <summary>Null: nothing is known yet.</summary>
    public AgentNews? Latest
    {
        get
        {
            if (Environment.TickCount64 - Volatile.Read(ref _latestMs) < PatienceMs) return _latest;
            return new AgentNews(_latest?.View, _latest?.Events ?? [], "the agent does not answer; see 'systemctl status appliance-agent'");
        }
    }

    /// <summary>Ends with the process.</summary>
    public void Start() => new Thread(Run) { IsBackground = true, Name = "agent feed" }.Start();

    private void Run()
    {
        using var feed = new AgentFeed(socket);
        while (true)
        {
            feed.Refresh();
            _latest = new AgentNews(feed.View, [.. feed.Events], feed.Problem);
            Volatile.Write(ref _latestMs, Environment.TickCount64);
            told.Pulse();
            if (!feed.Wait(Refresh)) continue;
            Thread.Sleep(Gather);
            for (var more = GatheredMax; more > 0 && feed.Wait(TimeSpan.Zero); more--) { }
        }
    }
}
