using System.Diagnostics;
using Appliance.Core;
using Appliance.Drivers.Script;
using Appliance.Drivers.Tests.Support;

namespace Appliance.Drivers.Tests.Script;

public class ProcessRunnerTests
{
    [Fact]
    public void Exit_code_and_both_outputs_are_told()
    {
        var end = Shell("echo one; echo two >&2; exit 3");
        Assert.Equal(3, end.ExitCode);
        Assert.Equal("one\ntwo\n", end.Output);
        Assert.Equal("exit code 3: two", end.Words);
    }

    [Fact]
    public void Missing_program_is_trouble_in_words()
    {
        var end = ProcessRunner.Run(["/nowhere/program"], null, default);
        Assert.Null(end.ExitCode);
        Assert.Contains("cannot start /nowhere/program: No such file or directory", end.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public void Death_by_signal_is_told() => Assert.Equal("killed by signal 9", Shell("kill -9 $$").Trouble);

    [Fact]
    public void Endless_output_is_bounded_and_does_not_block_the_program()
    {
        var end = Shell("head -c 1000000 /dev/zero; exit 0");
        Assert.Equal(0, end.ExitCode);
        Assert.InRange(end.Output.Length, 1, Limits.OutputBytesMax);
    }

    [Fact]
    public void Program_that_never_ends_and_all_it_started_are_gone_soon_after_being_abandoned()
    {
        using var abandon = new CancellationTokenSource(TimeSpan.FromSeconds(0.3));
        var clock = Stopwatch.StartNew();
        var end = ProcessRunner.Run(["/bin/sh", "-c", "trap '' TERM; sleep 1234.5 & sleep 1234.5"], null, abandon.Token);
        Assert.Contains("abandoned", end.Trouble, StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.2, 3);
        Eventually.Holds(() => !CommandLines().Any(line => line.Contains("1234.5", StringComparison.Ordinal)), "the children are gone", 2);
    }

    [Fact]
    public void Daemon_that_keeps_the_output_open_does_not_hold_up_its_start()
    {
        var clock = Stopwatch.StartNew();
        Assert.Equal(0, Shell("sleep 5 & echo started").ExitCode);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 2);
    }

    [Fact]
    public void Program_gets_default_signals_empty_input_its_own_session_and_no_descriptor_of_ours()
    {
        var end = Shell("cat; ps -o pid=,sid= -p $$ 2>/dev/null; grep SigIgn /proc/self/status; ls /proc/self/fd | tr '\\n' ' '; pwd");
        var ids = end.Output.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(ids[0], ids[1]);
        var ignored = Convert.ToUInt64(end.Output.Split("SigIgn:\t")[1][..16], 16);
        Assert.Equal(0UL, ignored & 0x7fff_ffff); // glibc keeps 32 and 33, its own, ignored.
        Assert.Contains("0 1 2 3 /\n", end.Output, StringComparison.Ordinal); // 3 is ls reading the directory.
    }

    [Fact]
    public void Environment_is_what_was_given_and_no_more()
    {
        var end = ProcessRunner.Run(["/usr/bin/env"], new Dictionary<string, string> { ["OCF_ROOT"] = "/usr/lib/ocf" }, default);
        var names = end.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=')[0]).Order();
        Assert.Equal(["HOME", "LANG", "OCF_ROOT", "PATH"], names);
    }

    private static ProcessEnd Shell(string script) => ProcessRunner.Run(["/bin/sh", "-c", script], null, default);

    private static IEnumerable<string> CommandLines()
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(path[^1])))
        {
            string line;
            try
            {
                line = File.ReadAllText(process + "/cmdline");
            }
            catch (IOException)
            {
                continue;
            }

            if (line.StartsWith("sleep", StringComparison.Ordinal)) yield return line;
        }
    }
}
