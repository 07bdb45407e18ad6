using System.Security.Cryptography;
using Appliance.Core.Update;
using Appliance.Drivers.Slots;

namespace Appliance.Drivers.Tests.Slots;

/// <summary>What slots promise, on a disk and in memory.</summary>
public abstract class SlotsContract
{
    protected const int RootBytes = 64 << 10;

    /// <summary>Slot a runs version 1.0 and is whole; slot b is empty.</summary>
    protected abstract ISlots Slots { get; }

    protected abstract byte[] Root(Slot slot);

    protected abstract byte[]? BootFile(Slot slot, string name);

    protected abstract byte[]? Record { get; set; }

    [Fact]
    public void What_is_there_is_seen()
    {
        var site = Slots.Look(out var problem);
        Assert.True(site is not null, problem);
        Assert.Equal((Slot.A, "1.0", "amd64"), (site.Running, site.Release.Version.Text, site.Release.Arch));
        Assert.Equal((true, false), (site.A.IsComplete, site.B.IsComplete));
        Assert.Equal(((long)RootBytes, (long)RootBytes), (site.A.RootBytes, site.B.RootBytes));
        Assert.Equal("1.0", site.A.Release?.Version.Text);
        Assert.True(site.BootFree > 0);
        Assert.Equal(Record, site.Block);
    }

    [Fact]
    public void Record_is_replaced_whole()
    {
        var block = new GrubEnvironment().With("slot", "a").With("try", "b").With("left", "3").Write()!;
        Assert.Null(Slots.WriteRecord(block));
        Assert.Equal(block, Record);
        Assert.Equal(block, Slots.Look(out _)!.Block);
    }

    [Fact]
    public void Lost_record_is_written_anew()
    {
        Record = null;
        Assert.Null(Slots.Look(out _)!.Block);
        var block = new GrubEnvironment().With("slot", "a").Write()!;
        Assert.Null(Slots.WriteRecord(block));
        Assert.Equal(block, Record);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(512)]
    [InlineData(5000)]
    [InlineData(RootBytes - 1)]
    [InlineData(RootBytes)]
    public void Root_is_written_from_the_first_byte_and_the_other_one_left_alone(int size)
    {
        var (before, bytes) = (Root(Slot.A), Bytes(size));
        Assert.Null(Slots.WriteRoot(Slot.B, Source(bytes)));
        Assert.Equal(bytes, Root(Slot.B)[..size]);
        Assert.Equal(before, Root(Slot.A));
    }

    [Fact]
    public void Root_that_does_not_fit_is_refused_before_a_byte_is_written()
    {
        var before = Root(Slot.B);
        Assert.Contains($"{RootBytes} bytes", Slots.WriteRoot(Slot.B, Source(Bytes(RootBytes + 1))), StringComparison.Ordinal);
        Assert.Equal(before, Root(Slot.B));
    }

    [Fact]
    public void Bytes_that_are_not_those_of_the_hash_are_noticed_on_the_disk()
    {
        var lying = Source(Bytes(9000)) with { Sha256 = new byte[32] };
        Assert.Contains("differs", Slots.WriteRoot(Slot.B, lying), StringComparison.Ordinal);
        Assert.Contains("differs", Slots.WriteBoot(Slot.B, UpdateHeader.Kernel, lying), StringComparison.Ordinal);
        Assert.Null(BootFile(Slot.B, UpdateHeader.Kernel));
    }

    [Fact]
    public void Source_that_ends_early_is_said_and_no_file_gets_its_name()
    {
        var broken = Source(Bytes(9000)) with { Read = (_, _) => throw new IOException("it has become shorter") };
        Assert.Contains("it has become shorter", Slots.WriteRoot(Slot.B, broken), StringComparison.Ordinal);
        Assert.Contains("it has become shorter", Slots.WriteBoot(Slot.B, UpdateHeader.Kernel, broken), StringComparison.Ordinal);
        Assert.False(Slots.Look(out _)!.B.IsComplete);
    }

    [Fact]
    public void Files_make_a_slot_complete_and_withdrawing_empties_it()
    {
        var (kernel, initrd) = (Bytes(7000), Bytes(100));
        Assert.Null(Slots.Withdraw(Slot.B));
        Assert.Null(Slots.WriteBoot(Slot.B, UpdateHeader.Initrd, Source(initrd)));
        Assert.Null(Slots.WriteBoot(Slot.B, SlotFiles.Release, Source("version=2.0\narch=amd64\nbuilt=5\n"u8.ToArray())));
        Assert.False(Slots.Look(out _)!.B.IsComplete);
        Assert.Null(Slots.WriteBoot(Slot.B, UpdateHeader.Kernel, Source(kernel)));
        var site = Slots.Look(out _)!;
        Assert.Equal((true, "2.0"), (site.B.IsComplete, site.B.Release?.Version.Text));
        Assert.Equal(kernel, BootFile(Slot.B, UpdateHeader.Kernel));
        Assert.Equal(initrd, BootFile(Slot.B, UpdateHeader.Initrd));
        Assert.Null(BootFile(Slot.B, UpdateHeader.Kernel + SlotFiles.Fresh));
        for (var again = 0; again < 2; again++)
        {
            Assert.Null(Slots.Withdraw(Slot.B));
            Assert.Null(BootFile(Slot.B, UpdateHeader.Kernel));
            Assert.Null(BootFile(Slot.B, UpdateHeader.Initrd));
        }

        Assert.True(Slots.Look(out _)!.A.IsComplete);
    }

    protected static byte[] Bytes(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    protected static SlotSource Source(byte[] bytes) =>
        new(bytes.Length, SHA256.HashData(bytes), (offset, into) => bytes.AsSpan((int)offset, into.Length).CopyTo(into));

    protected static byte[] FirstRecord => new GrubEnvironment().With("slot", "a").With("try", "").With("left", "").Write()!;

    protected static string FirstRelease => "version=1.0\narch=amd64\nbuilt=0\n";
}

/// <summary>The twin, and what only it can do.</summary>
public sealed class SimulatedSlotsTests : SlotsContract
{
    private readonly SimulatedSlots _slots = new(Slot.A, "1.0", RootBytes, new Random(1)) { Record = FirstRecord };

    public SimulatedSlotsTests() => _slots.Install(Slot.A, Bytes(RootBytes), Bytes(10), Bytes(11), FirstRelease);

    protected override ISlots Slots => _slots;

    protected override byte[]? Record
    {
        get => (byte[]?)_slots.Record?.Clone();
        set => _slots.Record = value;
    }

    protected override byte[] Root(Slot slot) => (byte[])_slots.Root(slot).Clone();

    protected override byte[]? BootFile(Slot slot, string name) => _slots.File(slot, name);

    [Theory]
    [InlineData(SlotFault.WriteError, "Input/output error")]
    [InlineData(SlotFault.NoSpace, "No space left")]
    [InlineData(SlotFault.ShortWrite, "differs")]
    [InlineData(SlotFault.FlippedBit, "differs")]
    public void Faults_are_sentences(SlotFault fault, string word)
    {
        (_slots.Fault, _slots.FaultAt) = (fault, 2);
        Assert.Contains(word, Slots.WriteRoot(Slot.B, Source(Bytes(9000))), StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_power_cut_nothing_happens_until_the_power_is_back()
    {
        _slots.CutAt = 2;
        Assert.Throws<PowerCutException>(() => Slots.WriteRoot(Slot.B, Source(Bytes(9000))));
        Assert.Throws<PowerCutException>(() => Slots.Withdraw(Slot.A));
        _slots.PowerOn();
        Assert.True(Slots.Look(out _)!.A.IsComplete);
    }
}

/// <summary>Files in the place of partitions.</summary>
public sealed class LinuxSlotsTests : SlotsContract, IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("appl-slots-").FullName;

    public LinuxSlotsTests()
    {
        foreach (var folder in new[] { "proc", "usr/lib/appliance", "boot/grub", "boot/slot-a", "dev/disk/by-partlabel" })
            Directory.CreateDirectory(Path.Combine(_root, folder));
        File.WriteAllText(Path.Combine(_root, "proc/cmdline"), "BOOT_IMAGE=/slot-a/vmlinuz ro appliance.slot=a quiet\n");
        File.WriteAllText(Path.Combine(_root, "usr/lib/appliance/release"), FirstRelease);
        File.WriteAllText(Path.Combine(_root, "boot/slot-a/release"), FirstRelease);
        File.WriteAllBytes(Path.Combine(_root, "boot/slot-a/vmlinuz"), Bytes(10));
        File.WriteAllBytes(Path.Combine(_root, "boot/grub/grubenv"), FirstRecord);
        foreach (var slot in "ab") File.WriteAllBytes(Path.Combine(_root, $"dev/disk/by-partlabel/root-{slot}"), Bytes(RootBytes));
        Slots = new LinuxSlots(SlotPlaces.Below(_root), text => Assert.Fail(text));
    }

    protected override ISlots Slots { get; }

    protected override byte[]? Record
    {
        get => File.Exists(RecordPath) ? File.ReadAllBytes(RecordPath) : null;
        set
        {
            if (value is null) File.Delete(RecordPath);
            else File.WriteAllBytes(RecordPath, value);
        }
    }

    private string RecordPath => Path.Combine(_root, "boot/grub/grubenv");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    protected override byte[] Root(Slot slot) => File.ReadAllBytes(Path.Combine(_root, $"dev/disk/by-partlabel/root-{slot.Word()}"));

    protected override byte[]? BootFile(Slot slot, string name)
    {
        var path = Path.Combine(_root, "boot", SlotFiles.Folder(slot), name);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    [Fact]
    public void Record_is_written_in_place()
    {
        using var before = File.OpenRead(RecordPath);
        var block = new GrubEnvironment().With("slot", "b").Write()!;
        Assert.Null(Slots.WriteRecord(block));
        var seen = new byte[GrubEnvironment.Bytes];
        before.ReadExactly(seen); // The file that was open before: a renamed one would still show the old block.
        Assert.Equal(block, seen);
    }

    [Theory]
    [InlineData("root=/dev/sda1 quiet\n", "does not run from a node image")]
    [InlineData("appliance.slot=c\n", "does not run from a node image")]
    public void Machine_without_slots_is_told_so(string commandLine, string word)
    {
        File.WriteAllText(Path.Combine(_root, "proc/cmdline"), commandLine);
        Assert.Null(Slots.Look(out var problem));
        Assert.Contains(word, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_release_partition_and_folder_are_sentences()
    {
        File.Delete(Path.Combine(_root, "dev/disk/by-partlabel/root-b"));
        Assert.Contains("root-b does not exist", Slots.WriteRoot(Slot.B, Source([1])), StringComparison.Ordinal);
        Assert.Equal(0, Slots.Look(out _)!.B.RootBytes);
        File.WriteAllText(Path.Combine(_root, "usr/lib/appliance/release"), "");
        Assert.Null(Slots.Look(out var problem));
        Assert.Contains("version=", problem, StringComparison.Ordinal);
        Directory.Delete(Path.Combine(_root, "boot"), recursive: true);
        Assert.NotNull(Slots.WriteRecord(FirstRecord));
    }

    [Fact]
    public void Trial_is_on_the_command_line()
    {
        Assert.False(Slots.Look(out _)!.IsTrialBoot);
        File.WriteAllText(Path.Combine(_root, "proc/cmdline"), "appliance.slot=a appliance.trial=1\n");
        Assert.True(Slots.Look(out _)!.IsTrialBoot);
    }
}
