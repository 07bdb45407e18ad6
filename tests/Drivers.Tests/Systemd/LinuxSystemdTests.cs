using System.Diagnostics;
using Appliance.Drivers.Probes;
using Appliance.Drivers.Systemd;
using Appliance.Drivers.Tests.Support;

namespace Appliance.Drivers.Tests.Systemd;

/// <summary>Runs where systemd does and nothing can be broken: tests/Drivers.Tests/systemd-in-nspawn.sh boots such a machine.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MachineFactAttribute : FactAttribute
{
    public MachineFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("APPLIANCE_TEST_MACHINE") != "1")
            Skip = "needs a throw-away machine with systemd (tests/Drivers.Tests/systemd-in-nspawn.sh)";
    }
}

/// <summary>The contract and more against the real service manager.</summary>
[Trait("Needs", "machine")]
public class LinuxSystemdTests : SystemdContract
{
    public LinuxSystemdTests()
    {
        if (Environment.GetEnvironmentVariable("APPLIANCE_TEST_MACHINE") != "1") return;
        Unit(Good, "ExecStart=sleep 1000");
        Unit(Failing, "Type=notify", "ExecStart=/bin/sh -c 'exit 3'");
        Unit(Stubborn, "ExecStart=/bin/sleep infinity", "KillSignal=SIGURG", "TimeoutStopSec=60");
        Unit(Endless, "Type=notify", "ExecStart=sleep 1000");
        Run("systemctl", "daemon-reload");
    }

    [MachineFact]
    public void Runs() => Unit_runs_from_start_to_stop();

    [MachineFact]
    public void Missing() => Missing_unit_is_impossible_to_start_and_easy_to_stop();

    [MachineFact]
    public void Fails() => Failing_start_says_how_it_failed();

    [MachineFact]
    public void Kills() => Stubborn_unit_can_be_killed();

    [MachineFact]
    public void Abandons() => Start_without_end_can_be_abandoned_and_stopped();

    [MachineFact]
    public void Watches() => Death_of_a_watched_unit_is_told_with_its_result();

    [MachineFact]
    public void Unwatches() => Nothing_is_told_after_watching_ended();

    [MachineFact]
    public void Masked_unit_is_impossible_to_start()
    {
        using var systemd = NewSystemd();
        Run("systemctl", "mask", "--runtime", "appl-masked.service");
        var change = systemd.Start("appl-masked.service", default);
        Assert.Equal(UnitOutcome.Impossible, change.Outcome);
        Assert.Contains("masked", change.Text, StringComparison.Ordinal);
    }

    [MachineFact]
    public void Death_is_told_within_50_ms()
    {
        using var systemd = NewSystemd();
        systemd.Start(Good, default);
        var clock = new Stopwatch();
        var after = new TaskCompletionSource<long>();
        using var watch = systemd.Watch(Good, _ => after.TrySetResult(clock.ElapsedMilliseconds));
        Thread.Sleep(2500); // systemd 257 drops subscriptions around a reload; by now the audit has renewed ours.
        var pid = int.Parse(Run("systemctl", "show", "--value", "--property=MainPID", Good));
        clock.Start();
        Process.GetProcessById(pid).Kill();
        Assert.True(after.Task.Wait(TimeSpan.FromSeconds(5)));
        Assert.InRange(after.Task.Result, 0, 50);
    }

    [MachineFact]
    public void Start_limit_of_systemd_is_forgotten_before_a_start()
    {
        using var systemd = NewSystemd();
        for (var i = 0; i < 8; i++) Assert.Contains("exit-code", systemd.Start(Failing, default).Text, StringComparison.Ordinal);
    }

    [MachineFact]
    public void Watching_survives_a_restart_of_the_bus_and_of_systemd_itself()
    {
        using var systemd = NewSystemd();
        systemd.Start(Good, default);
        var told = new List<UnitState>();
        using var watch = systemd.Watch(Good, told.Add);
        Run("systemctl", "daemon-reload");
        Run("systemctl", "daemon-reexec");
        Run("systemctl", "restart", "dbus.service");
        Run("systemctl", "kill", "--signal=KILL", Good);
        Eventually.Holds(() => told.Any(state => state.Active == "failed"), "the death is told", 10);
        Assert.Equal(UnitOutcome.Done, systemd.Start(Good, default).Outcome);
        systemd.Stop(Good, default);
    }

    [MachineFact]
    public void Units_start_at_the_same_time()
    {
        using var systemd = NewSystemd();
        string[] units = [.. Enumerable.Range(0, 4).Select(i => $"appl-slow{i}.service")];
        foreach (var unit in units) Unit(unit, "Type=oneshot", "RemainAfterExit=yes", "ExecStart=sleep 0.5");
        Run("systemctl", "daemon-reload");
        var clock = Stopwatch.StartNew();
        var threads = units.Select(unit => new Thread(() => systemd.Start(unit, default))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.InRange(clock.ElapsedMilliseconds, 400, 1200);
        foreach (var unit in units) Assert.Equal(UnitOutcome.Done, systemd.Stop(unit, default).Outcome);
    }

    [MachineFact]
    public void Real_database_starts_answers_its_probe_and_stops()
    {
        using var systemd = NewSystemd();
        var clock = Stopwatch.StartNew();
        var change = systemd.Start("mariadb.service", default);
        Assert.True(change.Outcome == UnitOutcome.Done, change.Text);
        using var probe = new MysqlProbe(new MysqlTarget("/run/mysqld/mysqld.sock", "", 0, "root", ""));
        var answer = probe.Ask(TimeSpan.FromSeconds(2));
        Assert.True(answer.Healthy, answer.Text);
        var answered = clock.ElapsedMilliseconds;
        var took = probe.Ask(TimeSpan.FromSeconds(2)).Took.TotalMilliseconds;
        Console.Error.WriteLine($"mariadb: started and answered after {answered} ms, probe {took:0.0} ms");
        Assert.Equal(UnitOutcome.Done, systemd.Stop("mariadb.service", default).Outcome);
        Assert.False(probe.Ask(TimeSpan.FromSeconds(2)).Healthy);
    }

    [MachineFact]
    public void Own_socket_of_systemd_serves_where_there_is_no_bus()
    {
        using var systemd = new LinuxSystemd(("unix:path=/nowhere", true), ("unix:path=/run/systemd/private", false));
        Assert.Equal(UnitOutcome.Done, systemd.Start(Good, default).Outcome);
        var told = new List<UnitState>();
        using var watch = systemd.Watch(Good, told.Add);
        Assert.Equal(UnitOutcome.Done, systemd.Stop(Good, default).Outcome);
        Eventually.Holds(() => told.Any(state => state.IsStopped), "the end is told");
    }

    private protected override ISystemd NewSystemd() => new LinuxSystemd();

    private protected override void KillMainProcess(ISystemd systemd, string unit) => Run("systemctl", "kill", "--signal=KILL", unit);

    private static void Unit(string name, params string[] lines) =>
        File.WriteAllText($"/run/systemd/system/{name}", $"[Service]\n{string.Join('\n', lines)}\n");

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}

public class UnreachableSystemdTests
{
    [Fact]
    public void Absent_bus_is_a_failure_in_words_within_the_bound()
    {
        using var systemd = new LinuxSystemd(("unix:path=/nowhere/bus", true));
        var clock = Stopwatch.StartNew();
        var change = systemd.Start("any.service", default);
        Assert.Equal(UnitOutcome.Failed, change.Outcome);
        Assert.Contains("systemd cannot be reached", change.Text, StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed.TotalSeconds, 4, 8);
    }
}
