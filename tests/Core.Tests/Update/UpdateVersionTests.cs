using Appliance.Core.Update;

namespace Appliance.Core.Tests.Update;

public sealed class UpdateVersionTests
{
    [Fact]
    public void They_are_ordered()
    {
        string[] ordered =
        [
            "0", "0.0.1", "0.1.0-1", "0.1.0-alpha", "0.1.0-alpha.1", "0.1.0-alpha.2", "0.1.0-alpha.10", "0.1.0-alpha.beta", "0.1.0-rc",
            "0.1.0", "0.1.0+20251101", "0.1.0+20251102", "0.1.0+g1", "0.1.0.1", "0.2", "0.10.0", "1", "1.0.0.1", "999999999",
        ];
        for (var one = 0; one < ordered.Length; one++)
            for (var other = 0; other < ordered.Length; other++)
            {
                var (left, right) = (UpdateVersion.Read(ordered[one])!, UpdateVersion.Read(ordered[other])!);
                Assert.True(Math.Sign(left.CompareTo(right)) == Math.Sign(one.CompareTo(other)), $"{left} and {right}");
            }

        Assert.Equal(0, UpdateVersion.Read("1.2")!.CompareTo(UpdateVersion.Read("1.2.0.0")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("v1")]
    [InlineData("1.")]
    [InlineData(".1")]
    [InlineData("1..2")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.0-")]
    [InlineData("1.0+")]
    [InlineData("1.0-a..b")]
    [InlineData("1.0+a+b")]
    [InlineData("1 0")]
    [InlineData("1.0/../x")]
    [InlineData("1.0\n")]
    [InlineData("1.0\"")]
    [InlineData("-1")]
    [InlineData("9999999999")]
    [InlineData("٣")]
    public void What_is_no_version_is_refused(string text) => Assert.Null(UpdateVersion.Read(text));

    [Fact]
    public void Long_one_is_refused()
    {
        Assert.NotNull(UpdateVersion.Read("1-" + new string('a', UpdateVersion.LengthMax - 2)));
        Assert.Null(UpdateVersion.Read("1-" + new string('a', UpdateVersion.LengthMax - 1)));
    }
}
