using Appliance.Agent.Tests.Commands;
using Appliance.Agent.Tests.Control;
using Appliance.Core.Update;

namespace Appliance.Agent.Tests.Update;

/// <summary>The commands on a node image in a folder: refusals first, each with the running system untouched.</summary>
public sealed class UpdateCommandTests : IDisposable
{
    private readonly UpdateBench _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Update_is_written_tried_and_confirmed()
    {
        var done = _node.Run(_node.Make());
        Assert.True(done.ExitCode == 0, done.Error);
        Assert.Contains("slot b holds version 0.2.0", done.Output, StringComparison.Ordinal);
        Assert.Equal("a/b/3", _node.Words);
        Assert.Equal("kernel of 0.2.0", File.ReadAllText(_node.At("boot/slot-b/vmlinuz")));
        Assert.Equal("initrd of 0.2.0", File.ReadAllText(_node.At("boot/slot-b/initrd.img")));
        Assert.Equal(File.ReadAllBytes(_node.At("new-root")), File.ReadAllBytes(_node.At("dev/disk/by-partlabel/root-b"))[..20_000]);
        var status = _node.Run("status");
        Assert.Equal(0, status.ExitCode);
        Assert.Contains("slot a  good  runs      version 0.1.0, built 2025-11-13", status.Output, StringComparison.Ordinal);
        Assert.Contains("slot b        complete  version 0.2.0, built 2025-11-21", status.Output, StringComparison.Ordinal);
        Assert.Contains("staged: the next boot tries slot b (3 boots left)", status.Output, StringComparison.Ordinal);

        _node.Boot('b', trial: true);
        _node.Text("usr/lib/appliance/release", "version=0.2.0\narch=amd64\nbuilt=0\n");
        Assert.Equal(1, _node.Run("status").ExitCode);
        var confirmed = _node.Run("confirm"); // No appliance.toml: a node that waits for its stick is healthy.
        Assert.True(confirmed.ExitCode == 0, confirmed.Error);
        Assert.Equal("b//", _node.Words);
        Assert.True(File.Exists(_node.At("run/appliance-boot-confirmed")));
        Assert.Contains("nothing to confirm", _node.Run("confirm").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.1.0", "amd64", "0.0.1", "version 0.1.0 runs already")]
    [InlineData("0.0.9", "amd64", "0.0.1", "older than 0.1.0")]
    [InlineData("0.3.0", "amd64", "0.2.0", "update to 0.2.0 first")]
    [InlineData("0.2.0", "arm64", "0.1.0", "architecture arm64")]
    public void Update_for_another_node_is_refused(string version, string arch, string min, string word) =>
        Refused(word, _node.Make(version, arch, min));

    [Fact]
    public void Older_version_is_taken_when_told() =>
        Assert.Equal(0, _node.Run(_node.Make("0.0.9", min: "0"), "--allow-older").ExitCode);

    [Fact]
    public void Root_that_is_larger_than_the_partition_is_refused() =>
        Refused("partition root-b has 65536", _node.Make(rootBytes: UpdateBench.RootBytes + 1));

    [Fact]
    public void Unsigned_file_is_refused() => Refused("it is unsigned", _node.Make(sign: false));

    [Fact]
    public void File_of_a_stranger_is_refused()
    {
        var file = _node.Make();
        CommandLine.Run("update", "keygen", "--output", _node.At("other"));
        File.Move(_node.At("other.pub"), _node.At("usr/lib/appliance/update-keys/maker.pub"), overwrite: true);
        Refused("expected one of", file);
        File.Delete(_node.At("usr/lib/appliance/update-keys/maker.pub"));
        Refused("no key is trusted here", file);
        Directory.CreateDirectory(_node.At("etc/appliance/update-keys"));
        File.WriteAllText(_node.At("etc/appliance/update-keys/a.pub"), "no key");
        File.Copy(_node.At("maker.pub"), _node.At("etc/appliance/update-keys/b.pub"));
        var taken = _node.Run(file);
        Assert.Equal(0, taken.ExitCode);
        Assert.Contains("a.pub is no key", taken.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_truncation_and_any_flipped_bit_is_refused()
    {
        var good = File.ReadAllBytes(_node.Make(rootBytes: 3000));
        var before = _node.Fingerprint();
        var file = _node.At("hostile.update");
        for (var length = 0; length < good.Length; length += length < 1000 ? 41 : 509) Hostile(good[..length], $"cut at {length}");
        Hostile([.. good, 0], "one byte more");
        var random = new Random(4);
        for (var round = 0; round < 120; round++)
        {
            var bytes = (byte[])good.Clone();
            var at = round < 60 ? random.Next(700) : random.Next(bytes.Length);
            bytes[at] ^= (byte)(1 << random.Next(8));
            Hostile(bytes, $"bit at {at}");
        }

        Assert.Equal(before, _node.Fingerprint());

        void Hostile(byte[] bytes, string what)
        {
            File.WriteAllBytes(file, bytes);
            Assert.True(_node.Run(file).ExitCode == 1, what);
            var check = _node.Run("check", file);
            Assert.True(check.ExitCode == 1, what);
            Assert.Contains("hostile.update", check.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Header_that_was_changed_and_a_signature_of_zeroes_are_refused()
    {
        var bytes = File.ReadAllBytes(_node.Make());
        var frame = UpdateFrame.Read(bytes, out _)!;
        bytes.AsSpan(frame.SignedBytes, UpdateFrame.SignatureBytes).Clear();
        File.WriteAllBytes(_node.At("hostile.update"), bytes);
        Refused("does not fit", _node.At("hostile.update"));
    }

    [Fact]
    public void Missing_file_directory_and_other_file_are_refused()
    {
        Refused("cannot be read", _node.At("none.update"));
        Refused("cannot be read", _node.At("boot"));
        Refused("no update file", _node.At("maker.key"));
    }

    [Fact]
    public void Machine_without_slots_refuses_everything_with_the_reason()
    {
        var file = _node.Make();
        _node.Text("proc/cmdline", "root=/dev/sda1 quiet\n");
        string[][] all = [[file], ["status"], ["confirm"], ["rollback"]];
        foreach (var arguments in all)
        {
            var refused = _node.Run(arguments);
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains("does not run from a node image", refused.Error, StringComparison.Ordinal);
        }

        var reset = CommandLine.Run("factory-reset", "--confirm", "x", "--root", _node.Root);
        Assert.Contains("does not run from a node image", reset.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Slot_on_trial_is_not_overwritten_and_rollback_leaves_it()
    {
        var (first, second) = (_node.Make(), _node.Make("0.3.0"));
        Assert.Equal(0, _node.Run(first).ExitCode);
        _node.Boot('b', trial: true);
        Refused("runs on trial", second);
        Assert.Equal(0, _node.Run("rollback").ExitCode);
        Assert.Equal("a//", _node.Words);
    }

    [Fact]
    public void Slot_that_used_up_its_boots_is_reported_and_written_again()
    {
        Assert.Equal(0, _node.Run(_node.Make()).ExitCode);
        File.WriteAllBytes(_node.At("boot/grub/grubenv"), _node.Record.With("left", "0").Write()!);
        var status = _node.Run("status");
        Assert.Equal(1, status.ExitCode);
        Assert.Contains("fell back: slot b", status.Output, StringComparison.Ordinal);
        Assert.Contains("nothing to go back to", _node.Run("rollback").Error, StringComparison.Ordinal);
        Assert.Equal(0, _node.Run("confirm").ExitCode);
        Assert.Equal("a/b/0", _node.Words);
        Assert.Equal(0, _node.Run(_node.Make("0.3.0")).ExitCode);
        Assert.Equal("a/b/3", _node.Words);
    }

    [Fact]
    public void Damaged_record_stops_updates_and_confirm_mends_it()
    {
        var file = _node.Make();
        File.WriteAllBytes(_node.At("boot/grub/grubenv"), new byte[1024]);
        Refused("grubenv cannot be used", file);
        Assert.Equal(1, _node.Run("status").ExitCode);
        Assert.Equal(0, _node.Run("confirm").ExitCode);
        Assert.Equal("a//", _node.Words);
        Assert.Equal(0, _node.Run(file).ExitCode);
    }

    [Fact]
    public void Configured_node_is_healthy_when_its_agent_answers_and_not_before()
    {
        Assert.Equal(0, _node.Run(_node.Make()).ExitCode);
        _node.Boot('b', trial: true);
        _node.Text("etc/appliance/appliance.toml", "");
        var ill = CommandLine.Run("update", "confirm", "--root", _node.Root, "--wait", "1ms", "--socket", _node.At("none.sock"));
        Assert.Equal(1, ill.ExitCode);
        Assert.Contains("slot b is not confirmed: the agent is not running", ill.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_node.At("run/appliance-boot-confirmed")));
        Assert.Equal("a/b/3", _node.Words);
        using var fixture = new SocketFixture();
        Assert.Equal(0, CommandLine.Run(fixture, "update", "confirm", "--root", _node.Root).ExitCode);
        Assert.Equal("b//", _node.Words);
    }

    [Fact]
    public void Factory_reset_wants_the_name_of_this_node_and_refuses_one_that_serves()
    {
        _node.Text("etc/appliance/node", "pbx-a\n");
        string[] order = ["factory-reset", "--root", _node.Root, "--socket", _node.At("none.sock"), "--confirm"];
        var wrong = CommandLine.Run([.. order, "pbx-b"]);
        Assert.Contains("this node is pbx-a, not pbx-b", wrong.Error, StringComparison.Ordinal);
        Assert.Equal("", _node.Record["reset"]);
        using (var fixture = new SocketFixture())
        {
            var serving = CommandLine.Run(fixture, "factory-reset", "--root", _node.Root, "--confirm", "pbx-a");
            Assert.Contains("this node serves", serving.Error, StringComparison.Ordinal);
            Assert.Equal("", _node.Record["reset"]);
        }

        Assert.Equal(0, CommandLine.Run([.. order, "pbx-a"]).ExitCode);
        Assert.Equal("1", _node.Record["reset"]);
        Assert.Contains("factory reset", _node.Run("status").Output, StringComparison.Ordinal);
        Refused("a factory reset is ordered", _node.Make());
    }

    [Fact]
    public void Two_commands_at_once_do_not_write_both()
    {
        var file = _node.Make();
        using var other = new FileStream(_node.At("run/appliance-update.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        Refused("one command at a time", file);
    }

    [Fact]
    public void Same_inputs_make_the_same_file_and_check_tells_what_is_in_it()
    {
        var (one, other) = (_node.Make(), _node.Make());
        Assert.Equal(File.ReadAllBytes(one), File.ReadAllBytes(other));
        var check = _node.Run("check", one);
        Assert.Equal(0, check.ExitCode);
        Assert.Contains(
            "version 0.2.0 for amd64, built 2025-11-21 16:00:00 UTC, over version 0.1.0", check.Output, StringComparison.Ordinal);
        Assert.Contains("every part is as it was signed", check.Output, StringComparison.Ordinal);
        var stranger = CommandLine.Run("update", "check", one, "--key", _node.At("boot"));
        Assert.Contains("no key is trusted here", stranger.Error, StringComparison.Ordinal);
        Assert.Equal(0, CommandLine.Run("update", "check", one, "--key", _node.At("maker.pub")).ExitCode);
    }

    [Fact]
    public void Making_with_bad_input_is_refused_and_leaves_no_file()
    {
        _node.Text("part", "x");
        _node.Text("empty", "");
        foreach (var (option, value, word) in new[]
        {
            ("--version", "next", "no version"), ("--min-version", "v1", "no version"), ("--arch", "AMD 64", "no architecture"),
            ("--built", "today", "no number of seconds"), ("--sign-key", _node.At("part"), "PEM"), ("--sign-key", _node.At("none"), "none"),
            ("--kernel", _node.At("none"), "none"), ("--root", _node.At("empty"), "0 bytes"),
        })
        {
            var options = new Dictionary<string, string>
            {
                ["--version"] = "1.0", ["--arch"] = "amd64", ["--kernel"] = _node.At("part"), ["--initrd"] = _node.At("part"),
                ["--root"] = _node.At("part"), ["--output"] = _node.At("out.update"), [option] = value,
            };
            var refused = CommandLine.Run(["update", "make", .. options.SelectMany(pair => new[] { pair.Key, pair.Value })]);
            Assert.True(refused.ExitCode == 2, $"{option} {value}");
            Assert.Contains(word, refused.Error, StringComparison.Ordinal);
            Assert.False(File.Exists(_node.At("out.update")) || File.Exists(_node.At("out.update.new")));
        }
    }

    [Fact]
    public void Private_key_is_for_its_owner_only_and_never_overwritten()
    {
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_node.At("maker.key")));
        var before = File.ReadAllText(_node.At("maker.key"));
        Assert.Equal(2, CommandLine.Run("update", "keygen", "--output", _node.At("maker")).ExitCode);
        Assert.Equal(before, File.ReadAllText(_node.At("maker.key")));
    }

    [Fact]
    public void Reboot_does_not_go_with_a_trial_folder()
    {
        Assert.Equal(2, _node.Run(_node.Make(), "--reboot").ExitCode);
        Assert.Equal(2, CommandLine.Run("update", "--root", _node.Root).ExitCode);
        Assert.Equal("a//", _node.Words);
    }

    private void Refused(string word, string file)
    {
        var before = _node.Fingerprint();
        var refused = _node.Run(file);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(word, refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, _node.Fingerprint());
    }
}
