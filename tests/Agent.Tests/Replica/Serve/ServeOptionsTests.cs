using System.Net;
using Appliance.Agent.Replica.Serve;
using Appliance.Agent.Tests.Commands;

namespace Appliance.Agent.Tests.Replica.Serve;

/// <summary>What <c>replica serve</c> accepts, and what it says of the rest.</summary>
public sealed class ServeOptionsTests
{
    private static readonly IPEndPoint There = new(IPAddress.Loopback, 7788);
    private static readonly ServeOptions Plain = new("disk", "socket");
    private static readonly ServeOptions Alone = Plain with { Metadata = "meta", Primary = true };
    private static readonly ServeOptions Pair = Alone with { KeyFile = "key", Cluster = "site" };

    [Fact]
    public void A_plain_disk_a_lone_replica_and_both_halves_of_a_pair_are_meant()
    {
        Assert.Equal("", Plain.Problem());
        Assert.Equal("", Alone.Problem());
        Assert.Equal("", (Alone with { Primary = false, Control = "control" }).Problem());
        Assert.Equal("", (Pair with { Listen = There }).Problem());
        Assert.Equal("", (Pair with { Node = 1, Peer = There }).Problem());
        Assert.Equal("", (Pair with { Node = 1, Peer = There, Primary = false }).Problem());
    }

    [Fact]
    public void What_would_have_no_effect_or_cannot_work_is_refused()
    {
        Assert.Contains("--metadata", (Plain with { Peer = There }).Problem(), StringComparison.Ordinal);
        Assert.Contains("--metadata", (Plain with { Control = "c" }).Problem(), StringComparison.Ordinal);
        Assert.Contains("--metadata", (Plain with { Primary = true }).Problem(), StringComparison.Ordinal);
        Assert.Contains("--size", (Alone with { Size = 1 << 20 }).Problem(), StringComparison.Ordinal);
        Assert.Contains("not both", (Pair with { Listen = There, Peer = There }).Problem(), StringComparison.Ordinal);
        Assert.Contains("node 0 listens", (Pair with { Node = 1, Listen = There }).Problem(), StringComparison.Ordinal);
        Assert.Contains("node 1 dials", (Pair with { Node = 0, Peer = There }).Problem(), StringComparison.Ordinal);
        Assert.Contains("--key-file", (Alone with { Listen = There }).Problem(), StringComparison.Ordinal);
        Assert.Contains("--primary", (Alone with { Primary = false }).Problem(), StringComparison.Ordinal);
        Assert.Contains("--primary", (Alone with { Primary = false, Force = true }).Problem(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--loop", "epoll")]
    [InlineData("--protocol", "D")]
    [InlineData("--node", "2", "--metadata", "internal", "--primary")]
    [InlineData("--size", "12")]
    [InlineData("--peer", "pbx-b:7788")]
    [InlineData("--listen", "10.1.1.1")]
    public void Nonsense_on_the_command_line_is_wrong_usage(params string[] arguments)
    {
        var run = CommandLine.Run(["replica", "serve", "--disk", "/nowhere/disk", "--nbd", "/nowhere/socket", .. arguments]);
        Assert.Equal(2, run.ExitCode);
        Assert.NotEmpty(run.Error);
    }
}
