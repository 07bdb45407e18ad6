using System.Text;
using Appliance.Core.Configuration;
using Appliance.Core.Import;

namespace Appliance.Core.Tests.Import;

/// <summary>Configurations as they stand in instructions on the web, scanning errors included. The texts are not in the repository:
/// APPLIANCE_SEEDS names the folder that has them.</summary>
public sealed class SeedFileTests
{
    [SeedFact]
    public void The_heartbeat_and_drbd_pair_of_the_elastix_paper()
    {
        var text = Seed("voipserver.drbd");
        var drbd = Between(text, "global { usage-count no; }", "Note: The following lines");
        var heartbeat = Between(text, "debugfile /var/log/ha-debug", "31. Create also");
        var line = Between(text, "voipserver.drbd drbddisk::rO", "34. Start");
        var result = Old.Run(("drbd.conf", drbd), ("ha.cf", heartbeat), ("authkeys", Between(text, "auth 1\n", "32.Change")),
            ("haresources", line));
        // What the scanner misread is named, not guessed: a comment that became a second line, a brace that became a 1.
        Assert.Contains(result.Findings, finding => finding.Directive == "\"net to\"");
        Assert.Contains(result.Findings, finding => finding.Words.Contains("never closed", StringComparison.Ordinal));
        Assert.Contains("name = \"voipserver.drbd\"", result.Toml, StringComparison.Ordinal);
        // Mended by hand it is a pair.
        drbd = drbd.Replace("to your need", "", StringComparison.Ordinal).Replace("your need", "", StringComparison.Ordinal)
            .Replace("lpri", "1pri", StringComparison.Ordinal).Replace("({", "{", StringComparison.Ordinal)
            .Replace("internal;\n1", "internal;\n}", StringComparison.Ordinal);
        result = Old.Run(new ImportOptions(Cluster: "x"), ("drbd.conf", drbd), ("ha.cf", heartbeat),
            ("haresources", line.Replace("rO", "r0", StringComparison.Ordinal).Replace("drbdO", "drbd0", StringComparison.Ordinal)));
        Assert.Equal(["data", "fs", "vip", "mariadb", "asterisk", "apache2"], Config(result).Groups[0].Resources.Select(one => one.Name));
    }

    [SeedFact]
    public void The_corosync_pair_of_the_ubuntu_page()
    {
        var text = Seed("HA-Asterisk-IP").Replace("<BINDNETADDR HERE>", "44.24.255.0", StringComparison.Ordinal);
        var show = Between(text, "node $id=\"739835698\" ha-asterisk-1\n    node $id=\"739835699\" ha-asterisk-2\n    primitive",
            "Add a node");
        var result = Old.Run(("corosync.conf", Between(text, "totem {", "7. Start Corosync")), ("show.crm", show));
        Assert.Contains("address = { ha-asterisk-1 = \"44.24.255.50\", ha-asterisk-2 = \"44.24.255.51\" }", result.Toml,
            StringComparison.Ordinal);
        Assert.Contains("address = \"44.24.255.49/32\"", result.Toml, StringComparison.Ordinal);
        Assert.Equal(0, result.Refused);
    }

    [SeedFact]
    public void The_fonebridge_pair_of_the_wiki()
    {
        var text = Seed("fonulator");
        var result = Old.Run(("ha.cf", Between(text, "debugfile /var/log/ha-debug\nlogfile", "haresources\nasterisk1")),
            ("haresources", "asterisk1 10.10.10.110 77.77.77.110 fixrouting fonulator asterisk\n"));
        Assert.Contains("keepalive = \"200ms\"", result.Toml, StringComparison.Ordinal);
        Assert.Contains("[device.bridge]", result.Toml, StringComparison.Ordinal);
        Assert.Equal(0, result.Refused);
    }

    [SeedFact]
    public void The_first_steps_of_the_linux_ha_page()
    {
        var text = Seed("linuxha1");
        var result = Old.Run(("ha.cf", Between(text, "#logfacility local7", "Log and debug explained")));
        Assert.Contains("name = \"linuxha2\"", result.Toml, StringComparison.Ordinal);
        Assert.Contains("initdead = \"80s\"", result.Toml, StringComparison.Ordinal);
    }

    /// <summary>A page of prose is not a configuration: every line that is not understood is told, and nothing breaks.</summary>
    [SeedFact]
    public void Whole_pages_break_nothing()
    {
        foreach (var path in Directory.GetFiles(SeedFactAttribute.Folder!))
        foreach (var name in new[] { "ha.cf", "haresources", "authkeys", "drbd.conf", "asha.conf", "redfone.conf", "corosync.conf",
            "x.crm" })
            Assert.NotEmpty(Old.Run((name, File.ReadAllText(path))).Findings);
    }

    private static string Seed(string words) =>
        Directory.GetFiles(SeedFactAttribute.Folder!).Select(File.ReadAllText).First(text => text.Contains(words, StringComparison.Ordinal))
            .Replace("\r", "", StringComparison.Ordinal);

    private static string Between(string text, string first, string behind)
    {
        var begin = text.IndexOf(first, StringComparison.Ordinal);
        Assert.True(begin >= 0, $"{first} is not in the seed");
        var end = text.IndexOf(behind, begin, StringComparison.Ordinal);
        return end < 0 ? text[begin..] : text[begin..end];
    }

    private static ApplianceConfig Config(ImportResult result)
    {
        var read = ConfigReader.Read(Encoding.UTF8.GetBytes(result.Toml));
        Assert.True(read.Config is not null, string.Join('\n', read.Problems) + "\n" + result.Toml);
        return read.Config;
    }
}

/// <summary>A test that needs texts that are not in the repository.</summary>
internal sealed class SeedFactAttribute : FactAttribute
{
    public SeedFactAttribute()
    {
        if (Folder is null || !Directory.Exists(Folder)) Skip = "APPLIANCE_SEEDS names no folder with the pages that the project began "
            + "with";
    }

    public static string? Folder { get; } = Environment.GetEnvironmentVariable("APPLIANCE_SEEDS");
}
