using System.Text;
using Appliance.Core.Configuration;
using Appliance.Core.Import;
using Appliance.Core.Import.Writing;

namespace Appliance.Core.Tests.Import;

/// <summary>Whole imports, file and report, kept as files that are read in review. REWRITE=1 writes them again.</summary>
public sealed class GoldenImportTests
{
    [Theory]
    [InlineData("elastix")]
    [InlineData("ubuntu")]
    [InlineData("sark")]
    [InlineData("sark-alone")]
    [InlineData("bridge")]
    public void An_import_is_as_it_was(string name)
    {
        var result = Old.Run(new ImportOptions(), Old.All.Single(one => one.Name == name).Files);
        var text = $"{result.Toml}\n{new string('-', 80)}\n{ReportText.Write(result, "appliance.toml")}";
        var path = Repository.PathOf("tests", "Core.Tests", "Import", "Golden", $"{name}.txt");
        if (Environment.GetEnvironmentVariable("REWRITE") == "1") File.WriteAllText(path, text);
        Assert.True(File.Exists(path), $"{path} is missing; REWRITE=1 makes it");
        Assert.Equal(File.ReadAllText(path), text);
    }

    /// <summary>Only what no file says is missing, and it is named.</summary>
    [Theory]
    [InlineData("elastix", "cluster.name")]
    [InlineData("ubuntu", "group[pbx].resource[vip].interface heartbeat.link[link].interface")]
    [InlineData("sark", "")]
    [InlineData("sark-alone", "")]
    [InlineData("bridge", "cluster.name device.bridge.interface group[pbx].resource[vip-2].address group[pbx].resource[vip-2].interface "
        + "group[pbx].resource[vip].address group[pbx].resource[vip].interface")]
    public void What_is_missing_is_named_and_nothing_else(string name, string paths)
    {
        var result = Old.Run(new ImportOptions(), Old.All.Single(one => one.Name == name).Files);
        Assert.Equal(paths, string.Join(' ', result.Open.Select(problem => problem.KeyPath).Order(StringComparer.Ordinal)));
        Assert.All(result.Open, problem => Assert.Contains("missing", problem.Message, StringComparison.Ordinal));
        Assert.Equal(paths.Length > 0, result.Toml.Contains(CommentedToml.FillIn + ":", StringComparison.Ordinal));
    }

    [Fact]
    public void Filled_in_it_is_usable()
    {
        var result = Old.Run(new ImportOptions(Cluster: "harbour"), Old.Elastix);
        Assert.Empty(result.Open);
        var config = ConfigReader.Read(Encoding.UTF8.GetBytes(result.Toml)).Config;
        Assert.NotNull(config);
        Assert.Equal(["vox-one.lan", "vox-two.lan"], config.Nodes.AsEnumerable());
        Assert.Equal(TimeSpan.FromSeconds(30), config.Heartbeat.Deadtime);
        var replica = Assert.Single(config.Replicas);
        Assert.Equal(["10.9.9.1", "10.9.9.2"], replica.Addresses.Select(address => address.Address));
        Assert.Equal(100L << 20, replica.ResyncMax);
        Assert.Equal(TimeSpan.FromSeconds(10), replica.WaitForPeer);
        var group = Assert.Single(config.Groups);
        Assert.Equal(0, group.Preferred);
        Assert.IsType<FailbackConfig.WhenSynced>(group.Failback);
        Assert.Equal(["data", "fs", "vip", "mariadb", "asterisk", "apache2"], group.Resources.Select(resource => resource.Name));
        Assert.Equal("/dev/appliance/r0", Assert.IsType<ResourceKind.Mount>(group.Resources[1].What).Device);
        Assert.NotNull(config.Watchdog);
        Assert.True(config.Policy.StopFailureBound > TimeSpan.FromSeconds(32));
    }

    [Fact]
    public void The_first_node_can_be_chosen()
    {
        Assert.Equal(["vox-two.lan", "vox-one.lan"], Config(Old.Run(new ImportOptions("vox-two.lan", "x"),
            Old.Elastix)).Nodes.AsEnumerable());
        // A name that completes a pair of which one is known.
        var result = Old.Run(new ImportOptions("b", "x"), ("ha.cf", "node a\nbcast eth0\n"), ("haresources", "a 10.0.0.9/24/eth0\n"));
        Assert.Equal(["b", "a"], Config(result).Nodes.AsEnumerable());
    }

    [Fact]
    public void A_pair_of_copies_of_etc_is_one_pair()
    {
        (string, string)[] files =
        [
            ("one/ha.d/ha.cf", "node a b\nucast eth1 10.1.1.2\n"), ("two/ha.d/ha.cf", "node a b\nucast eth1 10.1.1.1\n"),
            ("one/drbd.d/r0.res", Old.DrbdConf.Replace("vox-one.lan", "a", StringComparison.Ordinal)
                .Replace("vox-two.lan", "b", StringComparison.Ordinal).Replace("10.9.9", "10.1.1", StringComparison.Ordinal)),
            ("two/drbd.d/r0.res", Old.DrbdConf.Replace("vox-one.lan", "a", StringComparison.Ordinal)
                .Replace("vox-two.lan", "b", StringComparison.Ordinal).Replace("10.9.9", "10.1.1", StringComparison.Ordinal)),
            ("one/haresources", "a 192.168.1.9/24/eth0 asterisk\n"), ("two/haresources", "a 192.168.1.9/24/eth0 asterisk\n"),
        ];
        var config = Config(Old.Run(new ImportOptions(Cluster: "x"), files));
        var link = Assert.IsType<LinkConfig.Unicast>(Assert.Single(config.Links));
        Assert.Equal(["10.1.1.1", "10.1.1.2"], link.Addresses.AsEnumerable());
    }

    [Fact]
    public void No_secret_is_in_the_file_or_the_report()
    {
        var result = Old.Run([.. Old.Elastix, ("st.crm", "node vox-one.lan\nprimitive st stonith:external/ipmi "
            + "params hostname=vox-one.lan ipaddr=10.5.5.5 userid=root passwd=NobodyMaySeeThisToo interface=lan\n")]);
        var said = result.Toml + ReportText.Write(result, "x");
        Assert.DoesNotContain("NobodyMaySee", said, StringComparison.Ordinal);
        Assert.Equal("NobodyMaySeeThisToo\n", Assert.Single(result.Secrets).Text);
        Assert.Contains("password-file = \"/etc/appliance/fence-st.password\"", result.Toml, StringComparison.Ordinal);
    }

    private static ApplianceConfig Config(ImportResult result)
    {
        var read = ConfigReader.Read(Encoding.UTF8.GetBytes(result.Toml));
        Assert.True(read.Config is not null, string.Join('\n', read.Problems) + "\n" + result.Toml);
        return read.Config;
    }
}
