using System.Security.Cryptography;
using Appliance.Agent.Update;
using Appliance.Core.Tests.Update;
using Appliance.Core.Update;
using Appliance.Drivers.Slots;

namespace Appliance.Agent.Tests.Update;

/// <summary>
/// The power goes at every write of an update, with any of the writes since the last sync lost; then the machine boots as grub.cfg boots.
/// What boots must be byte for byte a system that was installed, and the next update must work.
/// </summary>
public sealed class PowerCutTests
{
    private const int RootBytes = 20_000;

    [Fact]
    public void Update_that_is_cut_at_any_write_boots_a_whole_system_and_the_next_one_works()
    {
        var writes = 0;
        for (var cut = 1; cut == 1 || cut <= writes; cut++)
            for (var seed = 0; seed < 12; seed++)
            {
                var node = new Node(seed);
                writes = Math.Max(writes, Node.CountWrites());
                node.Update(2, cutAt: cut);
                node.PowerOn();
                Assert.True(node.IsWhole, $"cut at write {cut}, seed {seed}: {node.Runs} is not whole");
                node.Confirm();
                node.Update(3);
                node.PowerOn();
                Assert.True(node.IsWhole);
                node.Confirm();
                Assert.Equal((3, SlotPhase.Settled), (node.Version, node.Phase));
            }

        Assert.InRange(writes, 15, 60);
    }

    [Fact]
    public void Cut_while_it_is_confirmed_or_rolled_back_boots_a_whole_system()
    {
        for (var cut = 1; cut <= 2; cut++)
            for (var seed = 0; seed < 16; seed++)
            {
                var node = new Node(seed);
                node.Update(2);
                node.PowerOn();
                Assert.Equal(2, node.Version);
                node.Confirm(cutAt: cut);
                node.PowerOn();
                Assert.True(node.IsWhole);
                node.Confirm();
                node.PowerOn();
                Assert.Equal((2, SlotPhase.Settled), (node.Version, node.Phase));
            }
    }

    [Theory]
    [InlineData(SlotFault.WriteError)]
    [InlineData(SlotFault.NoSpace)]
    [InlineData(SlotFault.ShortWrite)]
    [InlineData(SlotFault.FlippedBit)]
    public void Disk_that_fails_at_any_write_leaves_the_running_system_and_is_told(SlotFault fault)
    {
        var writes = Node.CountWrites();
        for (var at = 1; at <= writes; at++)
        {
            var node = new Node(at);
            var told = node.Update(2, fault: fault, faultAt: at);
            node.PowerOn();
            Assert.True(node.IsWhole, $"{fault} at write {at}");
            if (told is null) continue;
            Assert.Contains("Slot a stays the good one", told, StringComparison.Ordinal);
            // GRUB trusts a damaged record as little as we do; confirm mends it.
            node.Confirm();
            Assert.Null(node.Update(3));
            node.PowerOn();
            Assert.Equal(3, node.Version);
        }
    }

    [Fact]
    public void Two_cuts_in_a_row_are_no_worse_than_one()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var node = new Node(seed);
            var version = 1;
            for (var round = 0; round < 6; round++)
            {
                node.Update(++version, cutAt: random.Next(3) == 0 ? 0 : random.Next(1, 25));
                node.PowerOn();
                Assert.True(node.IsWhole, $"seed {seed}, round {round}");
                if (random.Next(2) == 0) node.Confirm(cutAt: random.Next(3));
                node.PowerOn();
                Assert.True(node.IsWhole, $"seed {seed}, round {round}");
                if (node.Phase == SlotPhase.OnTrial) node.Confirm();
            }
        }
    }

    /// <summary>A node with the twin's disk, the real machine and commands' desk, and GRUB as the page says.</summary>
    private sealed class Node
    {
        private readonly SimulatedSlots _disk;
        private readonly SlotDesk _desk;

        public Node(int seed)
        {
            _disk = new SimulatedSlots(Slot.A, "1", RootBytes, new Random(seed));
            _disk.Install(Slot.A, Files(1, UpdateHeader.Root), Files(1, UpdateHeader.Kernel), Files(1, UpdateHeader.Initrd),
                "version=1\narch=amd64\nbuilt=0\n");
            _disk.Record = new BootRecord(Slot.A, null, 0, false).Into(new GrubEnvironment()).Write();
            _desk = new SlotDesk(_disk, _ => { });
        }

        public Slot Runs => _disk.Running;

        public int Version => int.Parse(_disk.Version, System.Globalization.CultureInfo.InvariantCulture);

        public SlotPhase Phase => _desk.Look(out _)!.Standing.Phase;

        /// <summary>Kernel, initrd, release and root are those of one version.</summary>
        public bool IsWhole => Enumerable.Range(1, 9).Any(version =>
            Same(_disk.File(Runs, UpdateHeader.Kernel), Files(version, UpdateHeader.Kernel))
            && Same(_disk.File(Runs, UpdateHeader.Initrd), Files(version, UpdateHeader.Initrd))
            && Same(_disk.Root(Runs), Files(version, UpdateHeader.Root))
            && ReleaseText.Read(_disk.File(Runs, SlotFiles.Release))?.Version.Text == $"{version}");

        public static int CountWrites()
        {
            var node = new Node(99);
            node.Update(2);
            return node._disk.Writes;
        }

        /// <summary>What went wrong; null: nothing, or the power went.</summary>
        public string? Update(int version, int cutAt = 0, SlotFault fault = SlotFault.None, int faultAt = 0)
        {
            (_disk.Fault, _disk.FaultAt) = (fault, faultAt > 0 ? _disk.Writes + faultAt : 0);
            _disk.CutAt = cutAt > 0 ? _disk.Writes + cutAt : 0;
            try
            {
                var view = _desk.Look(out _)!;
                if (view.Damage.Length > 0 || view.Standing.UpdateRefusal() is not null) return "refused";
                var parts = UpdateHeader.PartNames.Select(name => new UpdatePart(
                    name, Files(version, name).Length, SHA256.HashData(Files(version, name)))).ToList();
                var header = new UpdateHeader(UpdateVersion.Read($"{version}")!, "amd64", 0, UpdateVersion.Read("0")!, parts);
                return _desk.Run(view, header, name => Source(Files(version, name)));
            }
            catch (PowerCutException)
            {
                return null;
            }
            finally
            {
                _disk.Fault = SlotFault.None;
            }
        }

        public void Confirm(int cutAt = 0)
        {
            _disk.CutAt = cutAt > 0 ? _disk.Writes + cutAt : 0;
            try
            {
                var view = _desk.Look(out _)!;
                var record = view.Damage.Length > 0 ? new BootRecord(Runs, null, 0, false) : view.Standing.Confirmed();
                if (record is not null) Assert.Null(_desk.Write(view, record));
            }
            catch (PowerCutException)
            {
                return;
            }
        }

        public void PowerOn()
        {
            _disk.PowerOn();
            var choice = GrubModel.Boot(
                _disk.Record ?? [], slot => _disk.File(SlotText.Read($"{slot}")!.Value, UpdateHeader.Kernel) is not null);
            _disk.Record = choice.Block;
            _disk.Running = SlotText.Read($"{choice.Slot}")!.Value;
            _disk.Version = ReleaseText.Read(_disk.File(Runs, SlotFiles.Release) ?? [])?.Version.Text ?? "0";
        }

        private static byte[] Files(int version, string part)
        {
            var bytes = new byte[part == UpdateHeader.Root ? RootBytes : part == UpdateHeader.Kernel ? 9000 : 5000];
            new Random(version * 10 + part.Length).NextBytes(bytes);
            return bytes;
        }

        private static bool Same(byte[]? one, byte[] other) => one is not null && one.AsSpan().SequenceEqual(other);

        private static SlotSource Source(byte[] bytes) =>
            new(bytes.Length, SHA256.HashData(bytes), (offset, into) => bytes.AsSpan((int)offset, into.Length).CopyTo(into));
    }
}
