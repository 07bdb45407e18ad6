using System.Diagnostics;
using Appliance.Lab.Host;
using Appliance.Lab.Setup;

namespace Appliance.Lab.Probing;

/// <summary>The client on the LAN: asks every question every 50 ms and notes when it got good answers.</summary>
/// <remarks>
/// An attempt may take 300 ms, six times the interval. So every kind has eight lanes, each a thread with an attempt every 400 ms, shifted
/// by 50 ms against each other: a hanging attempt delays no other, and the resolution stays 50 ms while nobody answers.
/// </remarks>
public sealed class Prober : IDisposable
{
    /// <summary>The time between two questions of a kind.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(300);
    private const int Lanes = 8;

    private readonly LabPlace _place;
    private readonly List<Thread> _threads = [];
    private readonly CancellationTokenSource _end = new();
    private readonly Dictionary<ProbeKind,
        AnswerLog> _answers = Enum.GetValues<ProbeKind>().ToDictionary(kind => kind, _ => new AnswerLog());

    private Prober(LabPlace place)
    {
        _place = place;
        Recordings = new RecordingLedger(place);
    }

    /// <summary>The rows the database acknowledged.</summary>
    public RowLedger Rows { get; } = new();

    /// <summary>The recordings the serving node said to be safe.</summary>
    public RecordingLedger Recordings { get; }

    /// <summary>Whose card answered for the service address.</summary>
    public OwnerLog Owners { get; } = new();

    /// <summary>The moments at which the telephone lines were where they belong; null: the stack has none.</summary>
    public LineWatch? Lines { get; private init; }

    /// <summary>The good answers of a kind.</summary>
    public AnswerLog Answers(ProbeKind kind) => _answers[kind];

    /// <summary>Starts asking.</summary>
    public static Prober Start(LabRun lab)
    {
        var prober = new Prober(lab.Place) { Lines = lab.State.RelayBox is null ? null : new LineWatch(lab.Place) };
        prober.Lines?.Start(prober);
        var start = Stopwatch.GetTimestamp();
        foreach (var kind in Enum.GetValues<ProbeKind>())
            for (var lane = 0; lane < Lanes; lane++)
                prober.StartLane(kind, lane, start);
        return prober;
    }

    /// <summary>True when every kind has had good answers without a gap worth naming for the last second.</summary>
    /// <param name="lines">The telephone lines count, too.</param>
    public bool IsSteady(bool lines) =>
        _answers.Values.All(log => log.Last > MonotonicClock.NowMs - (4 * Interval.TotalMilliseconds) &&
            log.CountSince(MonotonicClock.NowMs - 1000) >= 15)
        && (!lines || Lines is null || Lines.Good.CountSince(MonotonicClock.NowMs - 1000) >= 12);

    /// <summary>Who answered how often within the last second, and what is wrong with the telephone lines.</summary>
    public string WhyNotSteady() =>
        $"answers of the last second: {string.Join(", ", _answers.Select(Count))}"
        + (Lines is null ? "" : $", lines {Lines.Good.CountSince(MonotonicClock.NowMs - 1000)} ({Lines.Why})");

    private static string Count(KeyValuePair<ProbeKind, AnswerLog> log) =>
        $"{log.Key} {log.Value.CountSince(MonotonicClock.NowMs - 1000)}";

    /// <summary>Ends all lanes.</summary>
    public void Dispose()
    {
        _end.Cancel();
        foreach (var thread in _threads) thread.Join();
        Lines?.Dispose();
        _end.Dispose();
        Recordings.Dispose();
    }

    private void StartLane(ProbeKind kind, int lane, long start)
    {
        var thread = new Thread(() => RunLane(kind, lane, start)) { IsBackground = true, Name = $"{kind} {lane}" };
        _threads.Add(thread);
        thread.Start();
    }

    private void RunLane(ProbeKind kind, int lane, long start)
    {
        NetworkNamespace.EnterOnThisThread(_place.ClientNamespace);
        using var probe = Create(kind);
        for (var round = 0L; ; round++)
        {
            // Fixed moments instead of pauses, so that slow answers do not stretch the rhythm.
            var due = Interval * (lane + (round * Lanes));
            var wait = due - Stopwatch.GetElapsedTime(start);
            if (wait > TimeSpan.Zero && _end.Token.WaitHandle.WaitOne(wait)) return;
            if (_end.IsCancellationRequested) return;
            if (wait < -Interval * Lanes) continue; // The machine was busy: skip the round instead of asking in bursts.
            if (probe.Ask(Limit)) _answers[kind].Note(MonotonicClock.NowMs);
        }
    }

    private IProbe Create(ProbeKind kind) => kind switch
    {
        ProbeKind.Arp => new ArpProbe(Owners),
        ProbeKind.Tcp => new TcpProbe(),
        ProbeKind.MySql => new MySqlProbe(Rows),
        ProbeKind.Sip => new SipProbe(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
