using System.Diagnostics;
using System.Text;
using Appliance.Agent.Control;
using Appliance.Agent.Live;
using Appliance.Agent.Tests.Control;
using Appliance.Agent.Tests.Status;
using Appliance.Core.Cluster;

namespace Appliance.Agent.Tests.Live;

public class MonitorTerminalTests
{
    [TerminalFact]
    public void It_draws_notices_news_and_gives_the_terminal_back_on_q()
    {
        using var fixture = new SocketFixture();
        for (var i = 1; i <= 60; i++) fixture.Agent.Happen(new Report(ReportKind.Peer, $"old news {i}"));
        using var terminal = new PseudoTerminal(fixture.Path);
        terminal.WaitFor("pbx on pbx-a");
        terminal.WaitFor("old news 60");
        fixture.Agent.Happen(new Report(ReportKind.Role, "the cat sat on the power strip", "pbx"));
        terminal.WaitFor("the cat sat on the power strip");
        fixture.Agent.View = Snapshots.PeerDead;
        terminal.WaitFor("WARNING: pbx-b is dead");
        terminal.Type("q");
        Assert.Equal(0, terminal.End());
        Assert.Contains(Screen.Enter(alternate: true), terminal.Text, StringComparison.Ordinal);
        terminal.AssertGivenBack();
    }

    [TerminalFact]
    public void Control_C_gives_the_terminal_back()
    {
        using var fixture = new SocketFixture();
        using var terminal = new PseudoTerminal(fixture.Path);
        terminal.WaitFor("pbx on pbx-a");
        terminal.Type("\u0003");
        Assert.Equal(0, terminal.End());
        terminal.AssertGivenBack();
    }

    [TerminalFact]
    public void SIGTERM_gives_the_terminal_back()
    {
        using var fixture = new SocketFixture();
        using var terminal = new PseudoTerminal(fixture.Path);
        terminal.WaitFor("pbx on pbx-a");
        terminal.Terminate();
        Assert.Equal(0, terminal.End());
        terminal.AssertGivenBack();
    }

    [TerminalFact]
    public void It_outlives_the_agent_and_comes_back_with_it()
    {
        using var fixture = new SocketFixture();
        using var terminal = new PseudoTerminal(fixture.Path);
        terminal.WaitFor("pbx on pbx-a");
        fixture.StopServer();
        terminal.WaitFor("NOT CURRENT, trying again");
        var before = terminal.Text.Length;
        var survivor = new FakeAgent { View = Snapshots.PeerDead };
        using var again = ControlServer.Start(fixture.Path, survivor, _ => { }, out var error);
        Assert.True(again is not null, error);
        terminal.WaitFor("WARNING: pbx-b is dead", before);
        terminal.Type("q");
        Assert.Equal(0, terminal.End());
    }

    /// <summary>The monitor on an 80 by 24 terminal.</summary>
    private sealed class PseudoTerminal : IDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

        private readonly Process _script;
        private readonly StringBuilder _text = new();
        private readonly Task _reading;
        private readonly string _pidFile = Path.GetTempFileName();

        public PseudoTerminal(string socket)
        {
            // Started in the background, a test run has the interrupt ignored, and so has all that it starts.
            var monitor = $"echo $$ > {_pidFile}; exec env --default-signal=INT {TerminalFactAttribute.Executable} "
                + $"monitor --socket {socket}";
            const string modes = "echo modes $(stty -g)";
            var command = $"trap : INT; stty cols 80 rows 24; {modes}; sh -c '{monitor}'; code=$?; {modes}; exit $code";
            string[] arguments = ["--quiet", "--flush", "--return", "--command", command, "/dev/null"];
            var start = new ProcessStartInfo(TerminalFactAttribute.ScriptPath, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                StandardOutputEncoding = Encoding.UTF8,
            };
            start.Environment["TERM"] = "xterm";
            start.Environment["NO_COLOR"] = "1";
            start.Environment["SHELL"] = "/bin/sh";
            _script = Process.Start(start)!;
            _reading = Task.Run(Read);
        }

        public string Text
        {
            get
            {
                lock (_text) return _text.ToString();
            }
        }

        public void Type(string keys)
        {
            _script.StandardInput.Write(keys);
            _script.StandardInput.Flush();
        }

        /// <summary>Ends the monitor that this test started, by its id.</summary>
        public void Terminate()
        {
            using var kill = Process.Start("kill", ["-TERM", File.ReadAllText(_pidFile).Trim()]);
            kill.WaitForExit();
        }

        public void WaitFor(string text, int from = 0)
        {
            var began = Stopwatch.StartNew();
            while (Text.IndexOf(text, from, StringComparison.Ordinal) < 0)
            {
                var patient = began.Elapsed < Patience && !_script.HasExited;
                Assert.True(patient, $"'{text}' was not shown within {Patience.TotalSeconds} s. Shown: {Text}");
                Thread.Sleep(50);
            }
        }

        /// <summary>Screen, cursor, wrapping and line modes are as they were.</summary>
        public void AssertGivenBack()
        {
            Assert.Contains(Screen.Leave(alternate: true, 24), Text, StringComparison.Ordinal);
            var modes = Text.Split('\n').Where(line => line.Contains("modes ", StringComparison.Ordinal))
                .Select(line => line[line.IndexOf("modes ", StringComparison.Ordinal)..].Trim()).ToList();
            Assert.Equal(2, modes.Count);
            Assert.Equal(modes[0], modes[1]);
        }

        public int End()
        {
            Assert.True(_script.WaitForExit(Patience), "the monitor did not end");
            _reading.Wait(Patience);
            return _script.ExitCode;
        }

        private void Read()
        {
            var buffer = new char[4096];
            while (_script.StandardOutput.Read(buffer) is > 0 and var count)
                lock (_text) _text.Append(buffer, 0, count);
        }

        public void Dispose()
        {
            if (!_script.HasExited) _script.Kill(entireProcessTree: true);
            _script.Dispose();
            File.Delete(_pidFile);
        }
    }
}
