using Appliance.Drivers.BlockFront;

namespace Appliance.Drivers.Tests.BlockFront;

public sealed class FrontChoiceTests
{
    [Fact]
    public void Best_that_the_kernel_can_do_is_taken_and_the_better_ones_are_explained()
    {
        var (kind, why) = FrontChoice.Of(FrontKind.Auto, kind => kind == FrontKind.Nbd ? "no module" : null);
        Assert.Equal(FrontKind.Ublk, kind);
        Assert.Equal("ublk: the best of this kernel; no nbd: no module", why);
        Assert.Equal(FrontKind.Nbd, FrontChoice.Of(FrontKind.Auto, _ => null).Kind);
    }

    [Fact]
    public void What_is_configured_is_not_replaced_by_something_else()
    {
        var (kind, why) = FrontChoice.Of(FrontKind.Nbd, kind => kind == FrontKind.Nbd ? "no module" : null);
        Assert.Equal(FrontKind.Auto, kind);
        Assert.Equal("front = \"nbd\" is not possible here: no module", why);
        Assert.Equal(FrontKind.FuseLoop, FrontChoice.Of(FrontKind.FuseLoop, _ => null).Kind);
    }

    [Fact]
    public void Kernel_that_can_do_nothing_is_told_with_every_reason()
    {
        var (kind, why) = FrontChoice.Of(FrontKind.Auto, kind => $"{kind} is missing");
        Assert.Equal(FrontKind.Auto, kind);
        Assert.Contains(
            "no nbd: Nbd is missing; no ublk: Ublk is missing; no fuse-loop: FuseLoop is missing", why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auto", FrontKind.Auto)]
    [InlineData("ublk", FrontKind.Ublk)]
    [InlineData("nbd", FrontKind.Nbd)]
    [InlineData("fuse-loop", FrontKind.FuseLoop)]
    public void Words_of_the_configuration(string word, FrontKind kind)
    {
        Assert.True(DeviceFrontOptions.TryParseKind(word, out var parsed));
        Assert.Equal(kind, parsed);
        Assert.Equal(word, FrontChoice.Word(kind));
        Assert.False(DeviceFrontOptions.TryParseKind("fuse", out _));
    }
}
