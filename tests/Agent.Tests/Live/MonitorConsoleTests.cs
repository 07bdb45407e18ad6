using System.Diagnostics;
using Appliance.Agent.Tests.Control;
using Appliance.Agent.Tests.Status;

namespace Appliance.Agent.Tests.Live;

/// <summary>The built executable on a pseudo-terminal that we are the other end of.</summary>
public class MonitorConsoleTests
{
    [TerminalFact]
    public void A_new_size_is_filled_and_never_exceeded()
    {
        using var fixture = new SocketFixture();
        using var terminal = new RackTerminal(fixture.Path, (80, 24), (80, 24));
        terminal.WaitFor("pbx on pbx-a");
        Assert.True(terminal.Look(screen => screen is { Alternate: true, Cursor: false }));
        foreach (var (columns, rows) in new[] { (132, 50), (40, 12), (61, 9), (100, 30) })
        {
            terminal.Resize(columns, rows);
            terminal.WaitUntil(
                screen => screen.Line(rows - 1).StartsWith("q quits", StringComparison.Ordinal)
                    && screen.Line(0).StartsWith("Cluster site42", StringComparison.Ordinal), $"{columns}x{rows}");
        }

        Assert.Equal((0, 0), terminal.Look(screen => (screen.Scrolled, screen.Cleared)));
        terminal.Type("q");
        Assert.Equal(0, terminal.End());
        terminal.AssertGivenBack();
    }

    [TerminalTheory]
    [InlineData("TERM")]
    [InlineData("INT")]
    [InlineData("HUP")]
    [InlineData("QUIT")]
    public void A_signal_ends_it_and_the_terminal_is_as_before(string signal)
    {
        using var fixture = new SocketFixture();
        using var terminal = new RackTerminal(fixture.Path, (80, 24), (80, 24));
        terminal.WaitFor("pbx on pbx-a");
        terminal.Signal(signal);
        Assert.Equal(0, terminal.End());
        terminal.AssertGivenBack();
    }

    [TerminalFact]
    public void A_serial_console_is_asked_for_its_size_and_the_shell_goes_on_below()
    {
        using var fixture = new SocketFixture();
        using var terminal = new RackTerminal(fixture.Path, (0, 0), (100, 30), "vt220");
        terminal.WaitUntil(screen => screen.Line(29).StartsWith("q quits", StringComparison.Ordinal), "the footer in row 30");
        Assert.False(terminal.Look(screen => screen.Alternate));
        // No SIGWINCH comes over a serial line: Ctrl-L asks anew.
        terminal.ResizeUnnoticed(70, 20);
        terminal.Type("\f");
        terminal.WaitUntil(screen => screen.Line(19).StartsWith("q quits", StringComparison.Ordinal), "the footer in row 20");
        terminal.Type("q");
        Assert.Equal(0, terminal.End());
        terminal.AssertGivenBack();
        terminal.WaitUntilEnded(screen => screen.Scrolled == 1);
    }

    [TerminalFact]
    public void A_serial_console_that_does_not_answer_has_80_by_24()
    {
        using var fixture = new SocketFixture();
        using var terminal = new RackTerminal(fixture.Path, (0, 0), (132, 50), "vt100", answers: false);
        terminal.WaitUntil(screen => screen.Line(23).StartsWith("q quits", StringComparison.Ordinal), "the footer in row 24");
        Assert.All(Enumerable.Range(0, 50), row => Assert.True(terminal.Look(screen => screen.Line(row)).Length < 80));
        // It answers late, and is believed.
        terminal.Type("\e[40;111R");
        terminal.WaitUntil(screen => screen.Line(39).StartsWith("q quits", StringComparison.Ordinal), "the footer in row 40");
        terminal.Signal("TERM");
        Assert.Equal(0, terminal.End());
        terminal.AssertGivenBack();
    }

    [TerminalFact]
    public void A_given_size_is_kept()
    {
        using var fixture = new SocketFixture();
        using var terminal = new RackTerminal(fixture.Path, (0, 0), (132, 50), "linux", options: "--size 60x15");
        terminal.WaitUntil(screen => screen.Line(14).StartsWith("q quits", StringComparison.Ordinal), "the footer in row 15");
        terminal.Type("q");
        Assert.Equal(0, terminal.End());
    }

    [TerminalFact]
    public void A_quiet_pair_costs_a_serial_line_a_few_bytes_a_second()
    {
        using var fixture = new SocketFixture();
        using var terminal = new RackTerminal(fixture.Path, (0, 0), (80, 24), "vt220");
        terminal.WaitFor("08:00:00");
        var (before, clock) = (terminal.Bytes, fixture.Agent.View.UnixMs);
        const int Pictures = 5;
        for (var second = 1; second <= Pictures; second++)
        {
            fixture.Agent.View = Snapshots.Healthy with { UnixMs = clock + (second * 1000) };
            terminal.WaitFor($"08:00:0{second}");
        }

        // Each picture moves the cursor and writes a digit or two. What a minute's whole picture would add is allowed once.
        Assert.InRange(terminal.Bytes - before, Pictures, (Pictures * 40) + 2100);
        terminal.Type("q");
        Assert.Equal(0, terminal.End());
    }

    [TerminalFact]
    public void A_line_that_stands_still_holds_neither_the_monitor_nor_its_end()
    {
        using var fixture = new SocketFixture();
        using var terminal = new RackTerminal(fixture.Path, (80, 24), (80, 24));
        terminal.WaitFor("pbx on pbx-a");
        terminal.Frozen = true;
        // More pictures than any buffer has room for.
        for (var i = 0; i < 40; i++)
        {
            terminal.Resize(80 + (i % 2), 24);
            terminal.Type("\f");
            Thread.Sleep(10);
        }

        terminal.Signal("TERM");
        Assert.Equal(0, terminal.End());
    }

    [TerminalFact]
    public void An_agent_that_hangs_is_called_so_and_q_leaves_at_once()
    {
        using var fixture = new SocketFixture();
        using var terminal = new RackTerminal(fixture.Path, (80, 24), (80, 24));
        terminal.WaitFor("pbx on pbx-a");
        fixture.StopServer();
        File.Delete(fixture.Path);
        using var deaf = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        deaf.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(fixture.Path));
        deaf.Listen();
        terminal.WaitFor("NOT CURRENT, trying again: the agent does not answer");
        var began = Stopwatch.StartNew();
        terminal.Type("q");
        Assert.Equal(0, terminal.End());
        // Its next answer would be seven seconds away.
        Assert.True(began.Elapsed < TimeSpan.FromSeconds(5), $"{began.Elapsed}");
    }

    [TerminalFact]
    public void Into_a_pipe_or_onto_a_dumb_terminal_it_writes_once_and_ends()
    {
        using var fixture = new SocketFixture();
        foreach (var term in new[] { "dumb", "xterm" })
        {
            var start = new ProcessStartInfo(TerminalFactAttribute.Executable, ["monitor", "--socket", fixture.Path])
            {
                RedirectStandardOutput = true, RedirectStandardInput = true,
            };
            start.Environment["TERM"] = term;
            using var monitor = Process.Start(start)!;
            var text = monitor.StandardOutput.ReadToEnd();
            monitor.WaitForExit();
            Assert.Equal(0, monitor.ExitCode);
            Assert.Contains("pbx on pbx-a", text, StringComparison.Ordinal);
            Assert.DoesNotContain('\e', text);
        }

        using var dumb = new RackTerminal(fixture.Path, (80, 24), (80, 60), "dumb");
        Assert.Equal(0, dumb.End());
        Assert.Contains("pbx on pbx-a", dumb.Look(screen => screen.Text), StringComparison.Ordinal);
    }
}

/// <summary>As <see cref="TerminalFactAttribute"/>, with data.</summary>
internal sealed class TerminalTheoryAttribute : TheoryAttribute
{
    public TerminalTheoryAttribute() => Skip = new TerminalFactAttribute().Skip;
}
