using System.Diagnostics;
using Appliance.Agent.Resources;

namespace Appliance.Agent.Tests.Resources;

/// <summary>What is noted of a hanging process, once and within bounds, whatever the debugger does.</summary>
public sealed class HangCaptureTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("appliance-capture-").FullName;
    private readonly Process _sleeper = Process.Start("/bin/sleep", "60");

    private string Captures => Path.Combine(_directory, "captures");

    private string Text => Path.Combine(Captures, "pbx.service.txt");

    private string Core => Path.Combine(Captures, "pbx.service.core");

    public void Dispose()
    {
        _sleeper.Kill();
        _sleeper.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>A debugger that does what the lines say; $last is its last argument, the wish for a core file.</summary>
    private string Debugger(string lines)
    {
        var path = Path.Combine(_directory, $"debugger-{Guid.NewGuid():N}");
        File.WriteAllText(path, $"#!/bin/sh\nfor last; do :; done\n{lines}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    private string Take(string debugger, CancellationToken abandon = default) =>
        new HangCapture(Captures, debugger: debugger).Take("pbx.service", [_sleeper.Id], abandon);

    [Fact]
    public void Without_a_debugger_every_thread_is_noted_for_root_alone()
    {
        Assert.Contains("no /nonexistent for backtraces", Take("/nonexistent"), StringComparison.Ordinal);
        Assert.Contains($"thread {_sleeper.Id} sleep: waits in", File.ReadAllText(Text), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Text));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Captures));
    }

    [Fact]
    public void Backtraces_and_one_core_are_kept_and_the_first_hang_of_an_hour_counts()
    {
        var debugger = Debugger("echo 'Thread 1'; echo core > \"${last#generate-core-file }\"");
        Assert.Contains(Core, Take(debugger), StringComparison.Ordinal);
        Assert.Contains("Thread 1", File.ReadAllText(Text), StringComparison.Ordinal);
        Assert.Contains("within the last hour", Take(Debugger("echo second")), StringComparison.Ordinal);
        Assert.DoesNotContain("second", File.ReadAllText(Text), StringComparison.Ordinal);
        File.SetLastWriteTimeUtc(Text, DateTime.UtcNow.AddHours(-2));
        Assert.Contains(Core, Take(debugger), StringComparison.Ordinal);
        Assert.Equal([Core, Text], Directory.GetFiles(Captures).Order());
    }

    [Fact]
    public void A_debugger_that_fails_leaves_the_text_and_no_half_core()
    {
        var debugger = Debugger("echo half > \"${last#generate-core-file }\"; exit 1");
        Assert.Contains("without a core file", Take(debugger), StringComparison.Ordinal);
        Assert.Equal([Text], Directory.GetFiles(Captures));
    }

    [Fact]
    public void A_debugger_that_hangs_is_ended_with_its_bound()
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var clock = Stopwatch.StartNew();
        Take(Debugger("echo half > \"${last#generate-core-file }\"; trap '' TERM; while :; do sleep 60; done"), bound.Token);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.Equal([Text], Directory.GetFiles(Captures));
    }

    [Fact]
    public void What_cannot_be_written_is_told_and_holds_up_nobody()
    {
        File.WriteAllText(Captures, "a file where the folder should be");
        Assert.Contains("could not be captured", Take("/nonexistent"), StringComparison.Ordinal);
        Assert.Contains("no process was left", new HangCapture(Captures).Take("pbx.service", [], default), StringComparison.Ordinal);
    }
}
