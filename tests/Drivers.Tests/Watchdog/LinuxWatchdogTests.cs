using Appliance.Drivers.Watchdog;

namespace Appliance.Drivers.Tests.Watchdog;

/// <summary>The same contract on a device of the kernel, where there is one whose identity APPLIANCE_WATCHDOG names: the virtual machine of
/// tests/Vm (job watchdog). Elsewhere the tests are not found.</summary>
public sealed class LinuxWatchdogTests
{
    [Fact]
    public void A_device_is_found_by_identity_path_and_its_old_name()
    {
        using var folder = new Sysfs();
        folder.Add("watchdog0", "i6300ESB timer", "0");
        folder.Add("watchdog1", "iTCO_wdt", "1");
        folder.Add("watchdog10", "Software Watchdog", "0");
        Assert.Equal("/dev/watchdog1", WatchdogNodes.Find("iTCO_wdt", out _, folder.Path)!.Path);
        Assert.True(WatchdogNodes.Find("/dev/watchdog1", out _, folder.Path)!.NoWayOut);
        Assert.Equal("i6300ESB timer", WatchdogNodes.Find("/dev/watchdog", out _, folder.Path)!.Identity);
        Assert.Equal(["/dev/watchdog0", "/dev/watchdog1", "/dev/watchdog10"], WatchdogNodes.All(folder.Path).Select(node => node.Path));
        Assert.Null(WatchdogNodes.Find("sp5100_tco", out var problem, folder.Path));
        Assert.Contains("\"iTCO_wdt\" (/dev/watchdog1)", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kernel_without_any_says_what_to_do()
    {
        using var folder = new Sysfs();
        Assert.Null(WatchdogNodes.Find("iTCO_wdt", out var problem, folder.Path));
        Assert.Contains("modprobe softdog", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/dev/null", "is not a watchdog")]
    [InlineData("/dev/does-not-exist", "there is no watchdog")]
    public void What_is_no_watchdog_is_refused_in_words(string path, string word)
    {
        Assert.Null(LinuxWatchdog.TryOpen(path, out var problem));
        Assert.Contains(word, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_has_a_file_open_is_named()
    {
        var path = Path.GetTempFileName();
        try
        {
            using var open = File.OpenRead(path);
            Assert.Contains($"(pid {Environment.ProcessId})", WatchdogNodes.Holder([path]), StringComparison.Ordinal);
            Assert.Equal("", WatchdogNodes.Holder(["/dev/watchdog-that-nobody-has"]));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private sealed class Sysfs : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("fence-watchdog-").FullName;

        public void Add(string name, string identity, string noWayOut)
        {
            var folder = Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;
            File.WriteAllText(System.IO.Path.Combine(folder, "identity"), identity + "\n");
            File.WriteAllText(System.IO.Path.Combine(folder, "nowayout"), noWayOut + "\n");
        }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
