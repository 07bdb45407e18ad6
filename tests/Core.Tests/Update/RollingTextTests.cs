using System.Text;
using Appliance.Core.Update;

namespace Appliance.Core.Tests.Update;

public sealed class RollingTextTests
{
    [Fact]
    public void Every_plan_is_read_again()
    {
        foreach (var stage in Enum.GetValues<RollingStage>())
            foreach (var here in new[] { true, false })
            {
                var plan = new RollingUpdate("1.2.3-rc", here, stage, 1763740800, "waiting for pbx-b: 3 = 3");
                Assert.Equal(plan, RollingText.Read(RollingText.Write(plan)));
            }

        var hostile = new RollingUpdate("1", true, RollingStage.Stopped, 0, "a\nstage=done\0" + new string('ö', 5000));
        var read = RollingText.Read(RollingText.Write(hostile))!;
        Assert.Equal(RollingStage.Stopped, read.Stage);
        Assert.StartsWith("a stage=done ", read.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_truncation_and_any_flipped_bit_is_refused_or_a_plan()
    {
        var good = RollingText.Write(new RollingUpdate("1.2.3", true, RollingStage.AwaitFirst, 17, "waiting"));
        for (var length = 0; length < good.Length; length++) Assert.Null(RollingText.Read(good.AsSpan(0, length)));
        for (var bit = 0; bit < good.Length * 8; bit++)
        {
            var bytes = (byte[])good.Clone();
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            if (RollingText.Read(bytes) is { } read) Assert.NotNull(UpdateVersion.Read(read.Version));
        }

        Assert.Null(RollingText.Read(Encoding.ASCII.GetBytes(new string('x', RollingText.BytesMax + 1))));
    }
}
