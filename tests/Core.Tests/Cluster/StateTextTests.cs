using System.Collections.Immutable;
using System.Text;
using Appliance.Core.Cluster;

namespace Appliance.Core.Tests.Cluster;

public class StateTextTests
{
    private static readonly DurableState Sample = new(
        "6f0c3a52", 17, 12, Standby: true, MaintenanceLeft: 90,
        ImmutableSortedDictionary<string, DurableGroup>.Empty
            .Add("fax", new DurableGroup(Vote.None, false))
            .Add("pbx", new DurableGroup(new Vote(7, 1), true)));

    [Fact]
    public void What_is_written_is_read_back()
    {
        Assert.Equal(Sample, StateText.Read(StateText.Write(Sample), out var problem));
        Assert.Equal("", problem);
    }

    [Fact]
    public void A_peer_that_is_kept_off_is_noted_and_only_then()
    {
        var kept = Sample with { KeptOffBy = "pdu" };
        Assert.Contains("\nkept-off pdu\n", Encoding.UTF8.GetString(StateText.Write(kept)), StringComparison.Ordinal);
        Assert.Equal(kept, StateText.Read(StateText.Write(kept), out _));
        Assert.NotEqual(kept, Sample);
        Assert.DoesNotContain("kept-off", Encoding.UTF8.GetString(StateText.Write(Sample)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_person_can_read_it() => Assert.StartsWith(
        "appliance-state 1\nboot 6f0c3a52\nincarnation 17\npeer-incarnation 12\nstandby 1\nmaintenance 90\n"
        + "group fax term 0 node 255 held 0\ngroup pbx term 7 node 1 held 1\ncrc32c ",
        Encoding.UTF8.GetString(StateText.Write(Sample)),
        StringComparison.Ordinal);

    [Fact]
    public void Every_truncation_is_refused()
    {
        var file = StateText.Write(Sample);
        for (var length = 0; length < file.Length; length++)
        {
            Assert.Null(StateText.Read(file.AsSpan(0, length), out var problem));
            Assert.NotEqual("", problem);
        }
    }

    [Fact]
    public void Every_flipped_bit_is_refused()
    {
        var file = StateText.Write(Sample);
        for (var bit = 0; bit < file.Length * 8; bit++)
        {
            var torn = file.ToArray();
            torn[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.Null(StateText.Read(torn, out _));
        }
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new Random(1);
        var bytes = new byte[512];
        for (var round = 0; round < 20_000; round++)
        {
            random.NextBytes(bytes);
            Assert.Null(StateText.Read(bytes.AsSpan(0, random.Next(bytes.Length)), out _));
        }
    }

    [Fact]
    public void A_file_of_another_version_is_refused_as_a_whole()
    {
        var text = Encoding.UTF8.GetString(StateText.Write(Sample))
            .Replace("appliance-state 1", "appliance-state 9", StringComparison.Ordinal);
        Assert.Null(StateText.Read(Encoding.UTF8.GetBytes(text), out var problem));
        Assert.Contains("checksum", problem, StringComparison.Ordinal);
    }
}
