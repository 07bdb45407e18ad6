using System.Runtime.InteropServices;
using System.Text;
using Appliance.Agent.Commands;
using Appliance.Agent.Journal;
using Appliance.Agent.Status;

namespace Appliance.Agent.Live;

/// <summary>The live terminal view: status above, events below, redrawn on every event, every second and on a new size.</summary>
internal sealed class LiveView(string socket, Paint paint)
{
    /// <summary>How soon a key or a new size is noticed.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    private const int RefreshMs = 1000;

    private readonly Stream _output = Console.OpenStandardOutput();
    private volatile bool _stop;
    private volatile bool _resized;
    private int _top;

    /// <summary>Runs until q, Ctrl-C or SIGTERM. The terminal is given back in every case.</summary>
    public ExitCode Run()
    {
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Stop);
        // A stopped monitor would leave the shell on the alternate screen.
        using var suspend = PosixSignalRegistration.Create(PosixSignal.SIGTSTP, context => context.Cancel = true);
        using var resize = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => _resized = true);
        using var feed = new AgentFeed(socket);
        try
        {
            Write(Screen.Enter);
            Loop(feed);
            return ExitCode.Ok;
        }
        finally
        {
            Write(Screen.Leave);
        }
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        _stop = true;
    }

    private void Loop(AgentFeed feed)
    {
        while (!_stop)
        {
            feed.Refresh();
            Draw(feed);
            var until = Environment.TickCount64 + RefreshMs;
            while (!_stop && Environment.TickCount64 < until)
            {
                var news = feed.Wait(Glance);
                // Events that come together are drawn together.
                while (news && feed.Wait(TimeSpan.Zero)) news = true;
                if (news) break;
                if (!ReadKeys() && !_resized) continue;
                _resized = false;
                Draw(feed);
            }
        }
    }

    private void Draw(AgentFeed feed)
    {
        var (width, height) = (Terminal.Width, Terminal.Height);
        var lines = MonitorPage.Of(feed.View, [.. feed.Events], feed.Problem, paint, width, height);
        _top = Screen.Clamp(_top, lines.Count, height);
        var more = lines.Count > height - 1 ? ", arrows scroll" : "";
        Write(Screen.Frame(lines, _top, height, paint.Faint($"q quits{more}")));
    }

    /// <summary>True when a key changed what is shown.</summary>
    private bool ReadKeys()
    {
        var changed = false;
        while (Console.KeyAvailable)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.KeyChar is 'q' or 'Q' || key.Key == ConsoleKey.Escape) _stop = true;
            var step = key.Key switch
            {
                ConsoleKey.DownArrow => 1,
                ConsoleKey.UpArrow => -1,
                ConsoleKey.PageDown => Terminal.Height - 2,
                ConsoleKey.PageUp => 2 - Terminal.Height,
                _ => 0,
            };
            _top += step;
            changed |= step != 0;
        }

        return changed;
    }

    private void Write(string text)
    {
        try
        {
            _output.Write(Encoding.UTF8.GetBytes(text));
            _output.Flush();
        }
        catch (IOException)
        {
            // The terminal is gone, and so are we.
            _stop = true;
        }
    }
}
