using System.Collections.Immutable;
using Appliance.Core.Configuration;

namespace Appliance.Core.Tests.ConfigurationTests;

public class ConfigChangeTests
{
    private static ApplianceConfig With(params ResourceKind[] kinds)
    {
        var example = Appliance.Core.Tests.Cluster.Example.Config();
        var resource = example.Groups[0].Resources[0];
        return example with
        {
            Groups = [example.Groups[0] with { Resources = [.. kinds.Select(
                (kind, index) => resource with { Name = $"r{index}", What = kind, After = [] })] }],
        };
    }

    private static ResourceKind.Exec Program(string start) => new([start, "-x"], ["/bin/stop"], []);

    [Fact]
    public void A_running_resource_may_not_change() =>
        Assert.Contains("pbx/r0 runs here and is different", ConfigChange.Obstacle(
            With(Program("/bin/a")), With(Program("/bin/b")), ["pbx"]), StringComparison.Ordinal);

    [Fact]
    public void A_running_resource_may_not_vanish() => Assert.Contains(
        "pbx/r1 runs here and is missing",
        ConfigChange.Obstacle(With(Program("/bin/a"), Program("/bin/b")), With(Program("/bin/a")), ["pbx"]), StringComparison.Ordinal);

    [Fact]
    public void A_held_group_may_not_vanish() =>
        Assert.NotNull(ConfigChange.Obstacle(With(Program("/bin/a")), With(Program("/bin/a")) with { Groups = [] }, ["pbx"]));

    [Fact]
    public void The_same_resource_read_again_is_the_same() =>
        Assert.Null(ConfigChange.Obstacle(With(Program("/bin/a")), With(Program("/bin/a"), Program("/bin/new")), ["pbx"]));

    [Fact]
    public void What_is_not_held_may_change() => Assert.Null(ConfigChange.Obstacle(With(Program("/bin/a")), With(Program("/bin/b")), []));
}
