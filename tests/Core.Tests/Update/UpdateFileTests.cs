using System.Text;
using Appliance.Core.Update;

namespace Appliance.Core.Tests.Update;

/// <summary>The beginning of an update file, its header, and which updates a machine takes.</summary>
public sealed class UpdateFileTests
{
    private static readonly UpdateSite Site = new(UpdateVersion.Read("0.1.0")!, "amd64", Slot.B, RootBytes: 100, BootBytes: 50);

    private static string Good { get; } = Encoding.ASCII.GetString(Header().Write());

    [Fact]
    public void Header_that_is_written_is_read_again()
    {
        var read = UpdateHeader.Read(Header().Write(), out var problem);
        Assert.True(read is not null, problem);
        Assert.Equal(("0.2.0", "amd64", 1763740800L, "0.1.0"), (read.Version.Text, read.Arch, read.Built, read.MinVersion.Text));
        Assert.Equal(UpdateHeader.PartNames, read.Parts.Select(part => part.Name));
        Assert.Equal(120, read.PartsBytes);
    }

    [Theory]
    [InlineData("version = \"0.2.0\"", "version = \"next\"", "version is no version")]
    [InlineData("version = \"0.2.0\"", "", "version is no version")]
    [InlineData("min-version = \"0.1.0\"", "min-version = 1", "min-version")]
    [InlineData("arch = \"amd64\"", "arch = \"../x\"", "arch is no word")]
    [InlineData("built = 1763740800", "built = -1", "built")]
    [InlineData("built = 1763740800", "built = \"now\"", "built")]
    [InlineData("arch = \"amd64\"", "arch = \"amd64\"\nkeep = true", "keep is unknown")]
    [InlineData("name = \"vmlinuz\"", "name = \"initrd.img\"", "part 1 is not vmlinuz")]
    [InlineData("name = \"root.squashfs\"", "name = \"../root\"", "part 3 is not root.squashfs")]
    [InlineData("size = 20", "size = 0", "vmlinuz has 0 bytes")]
    [InlineData("size = 20", "size = 268435457", "vmlinuz has 268435457 bytes, expected 1 to 268435456")]
    [InlineData("size = 20", "size = 9223372036854775807", "vmlinuz has")]
    [InlineData("size = 20", "size = 20\nmode = 1", "alone")]
    [InlineData("sha256 = \"01", "sha256 = \"0", "part 1")]
    [InlineData("sha256 = \"01", "sha256 = \"0G", "part 1")]
    [InlineData("sha256 = \"01", "sha256 = \"0A", "part 1")]
    [InlineData("[[part]]\nname = \"vmlinuz\"", "[[part]]\n[[part]]\nname = \"vmlinuz\"", "found 4 parts")]
    [InlineData("[[part]]", "[part]", "line")]
    public void Header_with_anything_else_is_refused(string from, string to, string word)
    {
        var at = Good.IndexOf(from, StringComparison.Ordinal);
        var text = Good[..at] + to + Good[(at + from.Length)..];
        Assert.Null(UpdateHeader.Read(Encoding.ASCII.GetBytes(text), out var problem));
        Assert.Contains(word, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Header_without_parts_is_refused()
    {
        Assert.Null(UpdateHeader.Read(Encoding.ASCII.GetBytes(Good[..Good.IndexOf("[[", StringComparison.Ordinal)]), out var problem));
        Assert.Contains("no [[part]]", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_headers_and_beginnings_never_throw()
    {
        var random = new Random(17);
        for (var round = 0; round < 5_000; round++)
        {
            var frame = UpdateFrame.Write(Header().Write(), new byte[8]);
            for (var flips = random.Next(1, 4); flips > 0; flips--) frame[random.Next(frame.Length)] ^= (byte)(1 << random.Next(8));
            UpdateHeader.Read(frame.AsSpan(UpdateFrame.FixedBytes), out _);
            UpdateFrame.Read(frame.AsSpan(0, random.Next(frame.Length)), out _);
        }
    }

    [Fact]
    public void Beginning_is_read_and_every_truncation_of_it_refused()
    {
        byte[] file = [.. UpdateFrame.Write(Header().Write(), [1, 2, 3, 4, 5, 6, 7, 8]), .. new byte[64]];
        var frame = UpdateFrame.Read(file, out var problem);
        Assert.True(frame is not null, problem);
        Assert.Equal((file.Length, "0102030405060708", file.Length - 64), (frame.PartsAt, frame.KeyId, frame.SignedBytes));
        for (var length = 0; length < file.Length; length++)
        {
            Assert.Null(UpdateFrame.Read(file.AsSpan(0, length), out problem));
            Assert.Contains(length == 0 ? "no update file" : "truncated", problem, StringComparison.Ordinal);
        }

        Assert.Equal("", UpdateFrame.Read([.. UpdateFrame.Write([1], []), .. new byte[64]], out _)!.KeyId);
        foreach (var size in new byte[][] { [0, 0, 0, 0], [0, 0, 0x40, 1], [0xff, 0xff, 0xff, 0xff] })
        {
            size.CopyTo(file, 8);
            Assert.Null(UpdateFrame.Read(file, out problem));
            Assert.Contains("expected 1 to 16384", problem, StringComparison.Ordinal);
        }

        Assert.Null(UpdateFrame.Read("PK\u0003\u0004 and so on, much longer than a beginning"u8, out problem));
        Assert.Contains("no update file", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Length_of_the_file_is_exact()
    {
        var frame = new UpdateFrame(100, "");
        var right = frame.PartsAt + Header().PartsBytes;
        Assert.Null(frame.LengthProblem(Header(), right));
        Assert.Contains("truncated", frame.LengthProblem(Header(), right - 1), StringComparison.Ordinal);
        Assert.Contains("too long", frame.LengthProblem(Header(), right + 1), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.2.0", "0.1.0", "amd64", null)]
    [InlineData("0.2.0", "0.1.0-rc", "amd64", null)]
    [InlineData("0.1.0", "0.0.1", "amd64", "runs already")]
    [InlineData("0.1", "0.0.1", "amd64", "runs already")]
    [InlineData("0.0.9", "0.0.1", "amd64", "older than 0.1.0, which runs")]
    [InlineData("0.3.0", "0.2.0", "amd64", "update to 0.2.0 first")]
    [InlineData("0.2.0", "0.1.0", "arm64", "architecture arm64")]
    public void Update_for_another_machine_is_refused_by_name(string version, string oldest, string arch, string? word)
    {
        var update = Header() with { Version = UpdateVersion.Read(version)!, MinVersion = UpdateVersion.Read(oldest)!, Arch = arch };
        var refusal = UpdateRules.Refusal(update, Site, allowOlder: false);
        if (word is null) Assert.Null(refusal);
        else Assert.Contains(word, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Older_one_is_taken_when_an_operator_says_so()
    {
        var update = Header() with { Version = UpdateVersion.Read("0.0.9")!, MinVersion = UpdateVersion.Read("0.0.1")! };
        Assert.Null(UpdateRules.Refusal(update, Site, allowOlder: true));
        Assert.NotNull(UpdateRules.Refusal(update with { Version = Site.Version }, Site, allowOlder: true));
    }

    [Fact]
    public void Update_without_room_is_refused()
    {
        Assert.Null(UpdateRules.Refusal(Header(), Site with { RootBytes = 70, BootBytes = 50 }, false));
        Refused("partition root-b has 69", Site with { RootBytes = 69 });
        Refused("room for 49", Site with { BootBytes = 49 });

        static void Refused(string words, UpdateSite site) =>
            Assert.Contains(words, UpdateRules.Refusal(Header(), site, false), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("quiet appliance.slot=a ro", Slot.A)]
    [InlineData("appliance.slot=a appliance.slot=b\n", Slot.B)]
    [InlineData("root=/dev/sda1 quiet", null)]
    [InlineData("appliance.slot=c", null)]
    [InlineData("noappliance.slot=a", null)]
    public void Slot_that_runs_is_on_the_command_line(string line, Slot? slot) => Assert.Equal(slot, SlotText.OfCommandLine(line));

    [Fact]
    public void Release_is_read()
    {
        var release = ReleaseText.Read("version=1.2.3\narch=amd64\nbuilt=17\nkernel=6.12\n"u8);
        Assert.Equal(("1.2.3", "amd64", "17"), (release?.Version.Text, release?.Arch, release?.Built));
        Assert.Equal("version=1.2.3\narch=amd64\nbuilt=17\n", Encoding.ASCII.GetString(release!.Write()));
        Assert.Null(ReleaseText.Read("version=\narch=amd64\n"u8));
        Assert.Null(ReleaseText.Read("arch=amd64\n"u8));
        Assert.Null(ReleaseText.Read([0xff, 0x00]));
    }

    internal static UpdateHeader Header()
    {
        var parts = new List<UpdatePart>();
        foreach (var name in UpdateHeader.PartNames)
        {
            var hash = new byte[32];
            hash[0] = (byte)(parts.Count + 1);
            parts.Add(new UpdatePart(name, parts.Count == 2 ? 70 : 20 + 10 * parts.Count, hash));
        }

        return new UpdateHeader(UpdateVersion.Read("0.2.0")!, "amd64", 1763740800, UpdateVersion.Read("0.1.0")!, parts);
    }
}
