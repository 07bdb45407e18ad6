using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Appliance.Agent.Commands;
using Appliance.Agent.Journal;
using Appliance.Agent.Status;

namespace Appliance.Agent.Drills;

/// <summary>The pair through the agent's control socket. Ctrl-C, a lost terminal and SIGTERM are told, and end nothing by
/// themselves.</summary>
internal sealed class LivePair : IDrilledPair, IDisposable
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(50);
    private readonly ParseResult _line;
    private readonly long _began = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
    private readonly Stopwatch _since = Stopwatch.StartNew();
    private readonly IDisposable[] _signals;
    private volatile bool _isInterrupted;

    public LivePair(ParseResult line)
    {
        _line = line;
        _signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, Interrupt),
            PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Interrupt),
            // A drill that stands still would leave the fault to its timer.
            PosixSignalRegistration.Create(PosixSignal.SIGTSTP, context => context.Cancel = true),
        ];
    }

    public long NowMs => _began + _since.ElapsedMilliseconds;

    public bool IsInterrupted => _isInterrupted;

    public StatusView? Status(out string error) => Ask.Status(_line, out error);

    public IReadOnlyList<EventView>? Events(long since) => Ask.Events(_line, since, out _);

    public void Pause() => Thread.Sleep(Between);

    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
    }

    private void Interrupt(PosixSignalContext context)
    {
        context.Cancel = true;
        _isInterrupted = true;
    }
}
