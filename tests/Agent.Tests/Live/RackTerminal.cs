using System.Diagnostics;
using System.Text;
using Appliance.Drivers.Interop;
using Appliance.Drivers.SerialPort;

namespace Appliance.Agent.Tests.Live;

/// <summary>The monitor on a pseudo-terminal whose other end is ours: we are the window, its size and its keyboard.</summary>
internal sealed unsafe class RackTerminal : IDisposable
{
    private const nuint SetWindow = 0x5414; // TIOCSWINSZ
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("appliance-monitor-").FullName;
    private readonly PseudoTerminal _line;
    private readonly Process _session;
    private readonly Thread _window;
    private readonly Lock _gate = new();
    private readonly RackScreen _screen;
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private volatile bool _closed;
    private volatile bool _frozen;
    private volatile Exception? _wrong;
    private long _bytes;

    /// <param name="size">What the kernel is told; 0 and 0: nothing, as on a serial line.</param>
    /// <param name="real">The window's own size.</param>
    /// <param name="answers">It answers when it is asked where its cursor is.</param>
    public RackTerminal(
        string socket, (int Columns, int Rows) size, (int Columns, int Rows) real, string term = "xterm-256color", bool answers = true,
        string options = "")
    {
        _line = new PseudoTerminal(Path.Combine(_folder, "tty"));
        _screen = new RackScreen(real.Columns, real.Rows) { Answer = answers ? Type : null };
        Tell(size);
        // Whoever runs the tests behind nohup ignores hang-ups, and so would all that he starts.
        var monitor = $"echo $$ > {_folder}/pid; exec env --default-signal=HUP,INT,QUIT,TERM {TerminalFactAttribute.Executable} monitor "
            + $"--socket {socket} {options}";
        File.WriteAllText(Path.Combine(_folder, "monitor.sh"), monitor);
        // Shown on the terminal before, and still there (or not) afterwards.
        File.WriteAllText(Path.Combine(_folder, "session.sh"), $"""
            stty sane
            stty -g > {_folder}/before
            sh {_folder}/monitor.sh
            code=$?
            stty -g > {_folder}/after
            echo $code > {_folder}/code
            """);
        var start = new ProcessStartInfo(
            "/bin/sh", ["-c", $"exec setsid --ctty --wait sh {_folder}/session.sh <>{_line.Device} >&0 2>&0"]);
        start.Environment["TERM"] = term;
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment.Remove("NO_COLOR");
        // Before the other end is opened there is nobody to hear, and a hang-up is read as nothing.
        _session = Process.Start(start)!;
        _window = new Thread(Show) { IsBackground = true };
        _window.Start();
    }

    /// <summary>Bytes that came over the line so far.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public T Look<T>(Func<RackScreen, T> ask)
    {
        lock (_gate) return ask(_screen);
    }

    public void Type(string keys) => _ = _line.Write(Encoding.ASCII.GetBytes(keys));

    /// <summary>The window changes, and the kernel tells with SIGWINCH.</summary>
    public void Resize(int columns, int rows)
    {
        lock (_gate) _screen.Resize(columns, rows);
        Tell((columns, rows));
    }

    /// <summary>The window changes, and nobody is told.</summary>
    public void ResizeUnnoticed(int columns, int rows)
    {
        lock (_gate) _screen.Resize(columns, rows);
    }

    /// <summary>Nobody takes what comes: Ctrl-S, a modem that says stop.</summary>
    public bool Frozen
    {
        set => _frozen = value;
    }

    private void Tell((int Columns, int Rows) size)
    {
        var window = stackalloc ushort[4] { (ushort)size.Rows, (ushort)size.Columns, 0, 0 };
        Assert.Equal(0, Libc.ioctl(_line.Fd, SetWindow, window));
    }

    /// <summary>Signals the monitor that this test started, by its id.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", File.ReadAllText(Path.Combine(_folder, "pid")).Trim()]);
        kill.WaitForExit();
    }

    public void WaitFor(string text) => WaitUntil(screen => screen.Text.Contains(text, StringComparison.Ordinal), text);

    public void WaitUntil(Func<RackScreen, bool> condition, string what)
    {
        var began = Stopwatch.StartNew();
        while (!Look(condition))
        {
            Assert.True(_wrong is null, $"{_wrong}");
            var patient = began.Elapsed < Patience && !_session.HasExited;
            Assert.True(patient, $"'{what}' was not to be seen within {Patience.TotalSeconds} s. Shown:\n{Look(screen => screen.Text)}");
            Thread.Sleep(20);
        }
    }

    /// <summary>What is still on the line when the monitor has ended.</summary>
    public void WaitUntilEnded(Func<RackScreen, bool> condition)
    {
        var began = Stopwatch.StartNew();
        while (!Look(condition) && began.Elapsed < Patience) Thread.Sleep(20);
        Assert.True(Look(condition), Look(screen => screen.Text));
    }

    /// <summary>The monitor's exit code; its terminal has its modes again.</summary>
    public int End()
    {
        Assert.True(_session.WaitForExit(Patience), "the monitor did not end");
        Assert.Equal(File.ReadAllText(Path.Combine(_folder, "before")), File.ReadAllText(Path.Combine(_folder, "after")));
        Assert.True(_wrong is null, $"{_wrong}");
        return int.Parse(File.ReadAllText(Path.Combine(_folder, "code")), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Cursor, wrapping and first screen are back.</summary>
    public void AssertGivenBack()
    {
        var began = Stopwatch.StartNew();
        while (!Look(screen => screen.Cursor) && began.Elapsed < Patience) Thread.Sleep(20);
        Assert.True(Look(screen => screen is { Cursor: true, Wraps: true, Alternate: false }));
    }

    private void Show()
    {
        var bytes = new byte[4096];
        var letters = new char[4096];
        try
        {
            while (!_closed)
            {
                var entry = new PollFd { Fd = _line.Fd, Events = PollFd.In };
                if (_frozen || PollFd.Wait(&entry, 1, TimeSpan.FromMilliseconds(100)) == 0) continue;
                var got = _line.Read(bytes);
                if (got.Count == 0) Thread.Sleep(10);
                Interlocked.Add(ref _bytes, got.Count);
                var count = _decoder.GetChars(bytes, 0, got.Count, letters, 0);
                lock (_gate) _screen.Feed(new string(letters, 0, count));
            }
        }
        catch (InvalidOperationException wrong)
        {
            _wrong = wrong;
        }
    }

    public void Dispose()
    {
        _closed = true;
        _window.Join();
        if (!_session.HasExited) _session.Kill(entireProcessTree: true);
        _session.Dispose();
        _line.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
