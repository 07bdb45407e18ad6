using System.Diagnostics;
using Appliance.Core.Replica;
using Appliance.Drivers.Drbd;
using Appliance.Drivers.Tests.Support;

namespace Appliance.Drivers.Tests.Drbd;

public sealed class LinuxDrbdTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("drbd").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<ReplicaOrder, string> Orders => new()
    {
        { new ReplicaOrder.Primary(3, false, false), "primary r0" }, { new ReplicaOrder.Primary(3, false, true), "primary --force r0" },
        { new ReplicaOrder.Secondary(), "secondary r0" }, { new ReplicaOrder.Connect(false), "connect r0" },
        { new ReplicaOrder.Connect(true), "connect --discard-my-data r0" }, { new ReplicaOrder.Disconnect(), "disconnect r0" },
        { new ReplicaOrder.Invalidate(false), "invalidate r0" }, { new ReplicaOrder.Invalidate(true), "invalidate-remote r0" },
        { new ReplicaOrder.Verify(), "verify r0" }, { new ReplicaOrder.Resize(0), "resize r0" },
        { new ReplicaOrder.Resize(1 << 20), "--size=1024k resize r0" }, { new ReplicaOrder.Detach(), "detach r0" },
        { new ReplicaOrder.Outdate(), "outdate r0" }, { new ReplicaOrder.SuspendIo(), "suspend-io r0" },
        { new ReplicaOrder.ResumeIo(), "resume-io r0" }, { new ReplicaOrder.Stop(false), "down r0" },
    };

    [Theory]
    [MemberData(nameof(Orders))]
    public void An_order_is_a_line_of_drbdadm(ReplicaOrder order, string line)
    {
        Assert.Null(New("echo \"$*\" > " + _folder + "/said").Order(order));
        Assert.Equal(line + "\n", File.ReadAllText(_folder + "/said"));
    }

    [Fact]
    public void Writes_that_wait_are_never_called_safe() =>
        Assert.Contains("cannot fail", New("exit 0").Order(new ReplicaOrder.FailIo()), StringComparison.Ordinal);

    [Fact]
    public void A_refusal_is_told_in_drbds_words() => Assert.Equal(
        "drbdadm primary r0: exit code 17: 0: State change failed: (-2) Need access to UpToDate data",
        New("echo '0: State change failed: (-2) Need access to UpToDate data' >&2; exit 17")
            .Order(new ReplicaOrder.Primary(1, false, false)));

    [Fact]
    public void A_drbd_that_hangs_does_not_hang_us()
    {
        var drbd = New("sleep 60", TimeSpan.FromMilliseconds(200));
        var clock = Stopwatch.StartNew();
        Assert.Contains("abandoned", drbd.Order(new ReplicaOrder.Secondary()), StringComparison.Ordinal);
        Assert.Null(drbd.Status(out var problem));
        Assert.Contains("abandoned", problem, StringComparison.Ordinal);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Without_drbd_utils_the_words_say_so()
    {
        var drbd = new LinuxDrbd("r0", 0, _folder + "/none", _folder + "/none", _folder + "/none");
        Assert.Contains("install drbd-utils", drbd.Up(), StringComparison.Ordinal);
        Assert.Null(drbd.Status(out var problem));
        Assert.Contains("install drbd-utils", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Status_comes_from_proc_or_from_drbdsetup()
    {
        var drbd = New("""echo '[{"name":"r0","role":"Primary","devices":[{"disk-state":"UpToDate"}],"connections":[]}]'""");
        Assert.Equal(DiskState.UpToDate, drbd.Status(out _)!.Disk);
        File.WriteAllText(_folder + "/proc", " 0: cs:Connected ro:Secondary/Primary ds:UpToDate/UpToDate C r-----\n");
        Assert.Equal(ReplicaRole.Primary, drbd.Status(out _)!.PeerRole);
    }

    /// <summary>The file is read by DRBD's own program.</summary>
    [RootFact("/usr/sbin/drbdadm")]
    [Trait("Needs", "root")]
    public void Drbdadm_understands_the_file()
    {
        var settings = new ReplicaConfig("data", 0, ["pbx-a", "pbx-b"], Protocol.C, 4 << 20, 110 << 20)
        {
            AfterSplitBrain0 = SplitBrainPolicy.DiscardZeroChanges, AfterSplitBrain1 = SplitBrainPolicy.DiscardSecondary,
            AfterSplitBrain2 = SplitBrainPolicy.CallPriLostAfterSb, DiskTimeout = TimeSpan.FromSeconds(5),
        };
        foreach (var (major, metadata, address) in new[] { (8, "", "10.1.1."), (9, "", "10.1.1."), (8, "/dev/vg/meta", "fd00::") })
        {
            var file = new DrbdResource(
                major, "data", 3, "/dev/vg/data", metadata,
                [new DrbdSide(Environment.MachineName, address + "1", 7788), new DrbdSide("pbx-b", address + "2", 7788)], settings,
                "secret", metadata.Length == 0 ? "/usr/bin/appliance replica fence-peer data </dev/null >/dev/null 2>/dev/kmsg" : "");
            File.WriteAllText(_folder + "/data.res", file.Text());
            using var drbdadm = Process.Start(new ProcessStartInfo("/usr/sbin/drbdadm", ["-c", _folder + "/data.res", "dump", "data"])
            {
                RedirectStandardOutput = true, RedirectStandardError = true,
                Environment = { ["DRBD_DRIVER_VERSION_OVERRIDE"] = major == 8 ? "8.4.11" : "9.1.0" },
            })!;
            var dump = drbdadm.StandardOutput.ReadToEnd();
            var complaints = drbdadm.StandardError.ReadToEnd();
            drbdadm.WaitForExit();
            Assert.True(drbdadm.ExitCode == 0, complaints + file.Text());
            foreach (var word in new[] { "resource data", "protocol", "discard-zero-changes", "discard-secondary", "/dev/drbd3",
                "on-io-error", "cram-hmac-alg", metadata.Length == 0 ? "fence-peer" : "dont-care" })
                Assert.Contains(word, dump, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("8.4.11\n", 8)]
    [InlineData("9.2.8\n", 9)]
    [InlineData("8.3.16\n", null)]
    [InlineData("", null)]
    public void The_version_is_that_of_the_module(string words, int? major)
    {
        File.WriteAllText(_folder + "/version", words);
        Assert.Equal(major, DrbdVersion.Find(out var problem, _folder + "/version", "/bin/false"));
        Assert.Equal(major is null, problem.Contains("no DRBD", StringComparison.Ordinal));
        File.WriteAllText(_folder + "/modinfo", $"#!/bin/bash\necho '{words.Trim()}'\n");
        File.SetUnixFileMode(_folder + "/modinfo", UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Equal(major, DrbdVersion.Find(out _, _folder + "/none", _folder + "/modinfo"));
    }

    [Fact]
    public void A_name_with_a_quote_is_not_written()
    {
        var settings = new ReplicaConfig("data", 0, ["a", "b"], Protocol.C, 1, 1);
        Assert.Throws<ArgumentException>(() => new DrbdResource(8, "data", 0, "/dev/\"; evil", "", [], settings, "", "").Text()
            + new DrbdResource(8, "da\"ta", 0, "", "", [], settings, "", "").Text());
    }

    [Fact]
    public void The_twin_follows_orders_and_refuses_as_drbd_does()
    {
        var drbd = new SimulatedDrbd("r0");
        Assert.Null(drbd.CreateMetadata(force: false));
        Assert.Null(drbd.Up());
        Assert.Contains("UpToDate data", drbd.Order(new ReplicaOrder.Primary(1, false, false)), StringComparison.Ordinal);
        Assert.Null(drbd.Order(new ReplicaOrder.Primary(1, false, true)));
        Assert.Contains("held open", drbd.Down(), StringComparison.Ordinal);
        Assert.Null(drbd.Order(new ReplicaOrder.Connect(false)));
        Assert.Equal(ConnectionState.Connected, drbd.Status(out _)!.Connection);
        drbd.Hangs = true;
        Assert.Null(drbd.Status(out _));
    }

    private LinuxDrbd New(string script, TimeSpan? deadline = null)
    {
        var path = _folder + "/drbdadm";
        File.WriteAllText(path, "#!/bin/bash\n" + script + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new LinuxDrbd("r0", 0, path, path, _folder + "/proc") { Deadline = deadline ?? TimeSpan.FromSeconds(20) };
    }
}
