using Appliance.Core.Health;
using Appliance.Drivers.Vitals;

namespace Appliance.Drivers.Tests.Vitals;

public sealed class LinuxVitalsTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("vitals").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_root + path)!);
        File.WriteAllText(_root + path, text);
    }

    private Core.Health.Vitals Read(params string[] interfaces) => new LinuxVitals(_root).Read([], interfaces);

    [Fact]
    public void This_machine_tells_its_room_and_memory()
    {
        var vitals = new LinuxVitals().Read(["/", "/no/such/folder"], []);
        Assert.True(vitals.Space[0] is { Problem: "", Size: > 0 } root && root.Free <= root.Size);
        Assert.Equal("No such file or directory", vitals.Space[1].Problem);
        Assert.True(vitals.Memory is { } memory && memory.Total > memory.Available && memory.Available > 0);
    }

    [Fact]
    public void Room_is_what_df_says()
    {
        var space = new LinuxVitals().Read(["/"], []).Space[0];
        var drive = new DriveInfo("/");
        Assert.InRange(space.Free, drive.AvailableFreeSpace - (256 << 20), drive.AvailableFreeSpace + (256 << 20));
    }

    [Fact]
    public void Pressure_is_the_minute_of_the_right_lines()
    {
        Write("/proc/pressure/cpu", "some avg10=1.00 avg60=12.50 avg300=3.00 total=9\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
        Write("/proc/pressure/memory", "some avg10=1.00 avg60=50.00 avg300=3.00 total=9\nfull avg10=0.00 avg60=2.25 avg300=0.00 total=0\n");
        Write("/proc/pressure/io", "some avg10=1.00 avg60=50.00 avg300=3.00 total=9\nfull avg10=0.00 avg60=100.00 avg300=0.00 total=0\n");
        Assert.Equal(new PressureVital(12.5, 2.25, 100), Read().Pressure);
    }

    [Theory]
    [InlineData("some avg10=1.00 total=9\n")]
    [InlineData("some avg60=much\n")]
    [InlineData("")]
    public void Pressure_that_is_not_understood_is_not_there(string cpu)
    {
        Write("/proc/pressure/cpu", cpu);
        Assert.Null(Read().Pressure);
    }

    [Fact]
    public void A_chip_is_as_hot_as_its_hottest_place_and_has_its_lowest_limit()
    {
        Write("/sys/class/hwmon/hwmon0/name", "coretemp\n");
        Write("/sys/class/hwmon/hwmon0/temp1_input", "41000\n");
        Write("/sys/class/hwmon/hwmon0/temp1_crit", "100000\n");
        Write("/sys/class/hwmon/hwmon0/temp3_input", "55500\n");
        Write("/sys/class/hwmon/hwmon0/temp3_crit", "0\n");
        Write("/sys/class/hwmon/hwmon1/name", "nvme\n");
        Write("/sys/class/hwmon/hwmon1/temp1_input", "nonsense\n");
        Write("/sys/class/hwmon/hwmon2/name", "coretemp\n");
        Write("/sys/class/hwmon/hwmon2/temp1_input", "30000\n");
        Write("/sys/class/hwmon/hwmon3/name", "broken\n");
        Write("/sys/class/hwmon/hwmon3/temp1_input", "-273000\n");
        Write("/sys/class/thermal/thermal_zone0/temp", "99000\n");
        Assert.Equal(
            [new TemperatureVital("coretemp", 55.5, 100), new TemperatureVital("coretemp 1", 30, null)],
            Read().Temperatures.AsEnumerable());
    }

    [Fact]
    public void Without_chips_the_thermal_zones_tell()
    {
        Write("/sys/class/thermal/thermal_zone0/temp", "48000\n");
        Write("/sys/class/thermal/thermal_zone0/type", "x86_pkg_temp\n");
        Assert.Equal([new TemperatureVital("x86_pkg_temp", 48, null)], Read().Temperatures.AsEnumerable());
    }

    [Fact]
    public void Damaged_frames_of_both_directions_and_an_interface_that_is_not_there()
    {
        Write("/sys/class/net/eth0/statistics/rx_errors", "7\n");
        Write("/sys/class/net/eth0/statistics/tx_errors", "3\n");
        Assert.Equal(
            [new InterfaceVital("eth0", 10)], Read("eth0", "eth9").Interfaces.AsEnumerable());
    }

    [Fact]
    public void Mounted_folders_are_those_of_the_kernel()
    {
        Write("/proc/self/mounts", "proc /proc proc rw 0 0\n/dev/x /srv/my\\040data ext4 rw 0 0\n");
        Assert.Equal(["/srv/my data"], new LinuxVitals(_root).Mounted(["/srv/my data", "/srv/other"]));
    }

    [Fact]
    public void A_machine_that_tells_nothing_is_no_fault()
    {
        var vitals = Read("eth0");
        Assert.Null(vitals.Memory);
        Assert.Null(vitals.Pressure);
        Assert.Empty(vitals.Temperatures);
        Assert.Empty(vitals.Interfaces);
    }

    [Fact]
    public void A_disk_answers_and_a_folder_that_is_gone_says_so()
    {
        using var disk = new DiskAsker(_root);
        DiskVital? answer = null;
        Assert.True(SpinWait.SpinUntil(() => (answer = disk.Look()) is { Answered: true }, 20_000));
        Assert.Equal("", answer!.Problem);
        using var gone = new DiskAsker(_root + "/gone");
        Assert.True(SpinWait.SpinUntil(() => (answer = gone.Look()) is { Answered: true }, 20_000));
        Assert.Contains("gone", answer!.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, false, "")]
    [InlineData(8, true, "says that it is failing (SMART)")]
    [InlineData(24, true, "says that it is failing (SMART)")]
    [InlineData(16, false, "has attributes that announce a failure (SMART)")]
    [InlineData(64, false, "")]
    public void A_drive_is_believed_by_the_exit_status_of_smartctl(int status, bool fails, string problem)
    {
        Write("/smartctl", $"#!/bin/sh\n[ \"$1\" = --health ] || exit 2\nexit {status}\n");
        File.SetUnixFileMode(_root + "/smartctl", (UnixFileMode)0b111_101_101);
        foreach (var name in new[] { "sda", "sda1", "loop0", "vda", "nvme0n1", "dm-0" }) Directory.CreateDirectory($"{_root}/block/{name}");
        var answers = new DriveAsker(_root + "/smartctl", _root + "/block").Ask(CancellationToken.None);
        Assert.Equal(
            [new DriveVital("/dev/nvme0n1", fails, problem), new DriveVital("/dev/sda", fails, problem)], answers!.Value.AsEnumerable());
    }

    [Fact]
    public void A_drive_without_smart_says_nothing_and_without_smartctl_nobody_asks()
    {
        Write("/smartctl", "#!/bin/sh\nexit 4\n");
        File.SetUnixFileMode(_root + "/smartctl", (UnixFileMode)0b111_101_101);
        Directory.CreateDirectory($"{_root}/block/sda");
        Assert.Empty(new DriveAsker(_root + "/smartctl", _root + "/block").Ask(CancellationToken.None)!.Value);
        Assert.Null(new DriveAsker(_root + "/none", _root + "/block").Ask(CancellationToken.None));
    }
}
