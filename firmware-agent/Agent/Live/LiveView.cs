using System.Runtime.InteropServices;
using System.Text;
using Appliance.Drivers.Interop;
using Appliance.Drivers.Terminal;

namespace Appliance.Agent.Live;

/// <summary>Shows <see cref="MonitorPage"/> on a terminal until somebody leaves it: after news of the agent, a key, a new size, and once a
/// second. One picture is on its way at a time: a slow line gets fewer of them, not a longer queue.</summary>
/// <param name="given">The size; null: the terminal's.</param>
internal sealed unsafe class LiveView(string socket, TerminalDevice terminal, Look look, (int Columns, int Rows)? given) : IDisposable
{
    /// <summary>How soon a line that was busy is looked at again.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    private const int TickMs = 1000;

    /// <summary>How long a terminal may take to say how large it is before it gets a first picture.</summary>
    private const int AnswerMs = 500;

    /// <summary>All is written anew: somebody plugged a terminal in, or the kernel wrote into the picture.</summary>
    private const int AnewMs = 60_000;

    private readonly WakeUp _wake = new();
    private readonly KeyInput _keys = new();
    private volatile bool _stop;
    private volatile bool _again;
    private bool _hasKeys = true;
    private (int Columns, int Rows) _size;
    private (int Columns, int Rows)? _answered;
    private int _top;
    private IReadOnlyList<string>? _shown;
    private byte[] _pending = [];
    private int _sent;

    /// <summary>Runs until q, Ctrl-C or SIGTERM. The terminal is given back in every case.</summary>
    public ExitCode Run()
    {
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Stop);
        // A stopped monitor would leave the shell on the alternate screen.
        using var suspend = PosixSignalRegistration.Create(PosixSignal.SIGTSTP, context => context.Cancel = true);
        using var resize = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, Again);
        using var resume = PosixSignalRegistration.Create(PosixSignal.SIGCONT, Again);
        var feed = new FeedThread(socket, _wake);
        feed.Start();
        try
        {
            terminal.TakeKeys();
            Send(Screen.Enter(look.Alternate));
            _size = Size();
            Loop(feed);
            return ExitCode.Ok;
        }
        finally
        {
            GiveBack();
        }
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        _stop = true;
        _wake.Pulse();
    }

    private void Again(PosixSignalContext context)
    {
        _again = true;
        _wake.Pulse();
    }

    private void Loop(FeedThread feed)
    {
        var asked = IsUnknown ? AskSize() : Environment.TickCount64 - AnswerMs;
        var (tick, anew) = (0L, Environment.TickCount64 + AnewMs);
        while (!_stop)
        {
            var now = Environment.TickCount64;
            var (waiting, busy) = (_answered is null && now < asked + AnswerMs, IsBusy());
            Wait(busy || waiting ? Glance : TimeSpan.FromMilliseconds(Math.Max(0, tick - now)), out var typed, out var pulsed);
            if (typed && ReadKeys() is var key and not Key.None)
            {
                pulsed = true;
                if (key == Key.Redraw) (_shown, asked) = (null, IsUnknown ? AskSize() : asked);
            }

            now = Environment.TickCount64;
            if (_again) TakeAgain();
            if (now >= anew) (_shown, anew) = (null, now + AnewMs);
            if (pulsed) tick = 0;
            if (_stop || waiting || IsBusy() || now < tick) continue;
            tick = now + TickMs;
            Draw(feed.Latest);
        }
    }

    // Stopped and continued (kill -STOP, fg), the shell has had the modes and the screen in between; or it has a new size.
    private void TakeAgain()
    {
        _again = false;
        terminal.TakeKeys();
        _shown = null;
    }

    private bool IsUnknown => given is null && TerminalDevice.SizeOf(terminal.Fd) is (0, _) or (_, 0);

    private (int Columns, int Rows) Size() =>
        given ?? (IsUnknown ? _answered ?? (WindowSize.ColumnsUsual, WindowSize.RowsUsual) : TerminalDevice.SizeOf(terminal.Fd));

    private long AskSize()
    {
        _answered = null;
        Send(Screen.AskSize);
        return Environment.TickCount64;
    }

    private void Draw(AgentNews? news)
    {
        var size = Size();
        if (size != _size) (_size, _shown) = (size, null);
        if (_top > 0) _top = Math.Min(_top, MonitorPage.TopMax(news, look, size.Columns, size.Rows));
        var lines = MonitorPage.Of(news, look, size.Columns, size.Rows, _top);
        Send(Screen.Changes(_shown, lines, size.Rows));
        _shown = lines;
    }

    /// <summary>The last key that means something.</summary>
    private Key ReadKeys()
    {
        Span<byte> bytes = stackalloc byte[256];
        var got = terminal.Read(bytes);
        // Nobody at the other end any more; or a terminal that only shows.
        if (got is { Count: 0, Error: 0 }) _stop = true;
        if (got.Failed) _hasKeys = false;
        var last = Key.None;
        foreach (var letter in bytes[..got.Count])
        {
            var key = _keys.Take(letter);
            if (key == Key.None) continue;
            last = key == Key.Redraw || last != Key.Redraw ? key : last;
            if (key == Key.Quit) _stop = true;
            if (key == Key.Size) _answered = (_keys.Columns, _keys.Rows);
            _top = Math.Max(0, _top + key switch
            {
                Key.Down => _top == 0 ? 2 : 1,
                Key.Up => _top == 2 ? -2 : -1,
                Key.PageDown => _size.Rows - 2,
                Key.PageUp => 2 - _size.Rows,
                _ => 0,
            });
        }

        return last;
    }

    private void Wait(TimeSpan time, out bool typed, out bool pulsed)
    {
        var entries = stackalloc PollFd[2];
        entries[0] = new PollFd { Fd = _wake.Fd, Events = PollFd.In };
        entries[1] = new PollFd { Fd = _hasKeys ? terminal.Fd : -1, Events = PollFd.In };
        _ = PollFd.Wait(entries, 2, time);
        (pulsed, typed) = (entries[0].Returned != 0, entries[1].Returned != 0);
        if (pulsed) _wake.Drain();
    }

    /// <summary>The last picture is not through yet.</summary>
    private bool IsBusy()
    {
        Flush();
        return _pending.Length > 0 || terminal.Queued > 0;
    }

    private void Send(string text)
    {
        if (text.Length == 0) return;
        _pending = [.. _pending.AsSpan(_sent), .. Encoding.UTF8.GetBytes(text)];
        _sent = 0;
        Flush();
    }

    private void Flush()
    {
        while (_sent < _pending.Length)
        {
            var went = terminal.Write(_pending.AsSpan(_sent));
            if (went.WouldWait) return;
            // The terminal is gone, and so are we.
            if (went.Failed) _stop = true;
            if (went.Failed) break;
            _sent += went.Count;
        }

        (_pending, _sent) = ([], 0);
    }

    // A line that stands still (Ctrl-S) gets a moment, then the shell gets its modes at least.
    private void GiveBack()
    {
        Send(Screen.Leave(look.Alternate, _size.Rows));
        for (var patience = 20; patience > 0 && _pending.Length > 0; patience--)
        {
            Thread.Sleep(Glance);
            Flush();
        }

        terminal.GiveBack();
    }

    public void Dispose() => _wake.Dispose();
}
