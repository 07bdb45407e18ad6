using System.Text;
using Appliance.Core.Configuration;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Tests.ConfigurationTests;

/// <summary>The file of captured bytes of a relay card.</summary>
public sealed class RelayProfileTests
{
    private const string Full = """
        baud = 19200
        on = { send = "55 01 AA", reply = "06" }
        off = { send = "55 00 aa" }
        reset = { send = "55 52 AA" }
        after-reset = "250ms"
        status = { send = "55 3F AA", a = "31 0D", b = "30 0D" }
        """;

    [Fact]
    public void Every_key_is_read()
    {
        var profile = Read(Full).Profile!;
        Assert.Equal((19200, 250.0), (profile.Baud, profile.AfterReset.TotalMilliseconds));
        Assert.Equal("5501aa", Convert.ToHexStringLower(profile.On.Send.AsSpan()));
        Assert.Equal("06", Convert.ToHexStringLower(profile.On.Reply.AsSpan()));
        Assert.Equal("5500aa", Convert.ToHexStringLower(profile.Off.Send.AsSpan()));
        Assert.Empty(profile.Off.Reply);
        Assert.Equal("310d", Convert.ToHexStringLower(profile.Status!.A.AsSpan()));
        Assert.Equal("300d", Convert.ToHexStringLower(profile.Status.B.AsSpan()));
        Assert.NotNull(profile.Reset);
    }

    [Fact]
    public void Two_commands_are_enough()
    {
        var profile = Read("on = { send = \"01\" }\noff = { send = \"00\" }").Profile!;
        Assert.Equal((9600, null, null), (profile.Baud, profile.Reset, profile.Status));
    }

    [Theory]
    [InlineData("on = { send = \"01\" }", "off", "is missing")]
    [InlineData("on = { send = \"0x01\" }\noff = { send = \"00\" }", "on.send", "\"0x01\" is no byte")]
    [InlineData("on = { send = \"1\" }\noff = { send = \"00\" }", "on.send", "is no byte")]
    [InlineData("on = { send = \"\" }\noff = { send = \"00\" }", "on.send", "1 to 64 bytes")]
    [InlineData("on = { send = \"01\" }\noff = { send = \"01\" }", "off.send", "is the same as on.send")]
    [InlineData("on = { send = \"01\" }\noff = { send = \"00\" }\nstatus = { send = \"02\", a = \"01\", b = \"01\" }", "status.b",
        "same as a")]
    [InlineData("on = { send = \"01\" }\noff = { send = \"00\" }\nstatus = { send = \"02\", a = \"01\", b = \"01 02\" }", "status.b",
        "the same length")]
    [InlineData("on = { send = \"01\" }\noff = { send = \"00\" }\nstatus = { send = \"02\", a = \"01\" }", "status.b", "is missing")]
    [InlineData("on = { send = \"01\" }\noff = { send = \"00\" }\nbaud = 9601", "baud", "one of 1200")]
    [InlineData("on = { send = \"01\" }\noff = { send = \"00\" }\nof = 1", "of", "did you mean \"off\"?")]
    public void What_cannot_be_is_told(string text, string path, string words)
    {
        var result = Read(text);
        Assert.Null(result.Profile);
        var problem = Assert.Single(result.Problems);
        Assert.Equal(path, problem.KeyPath);
        Assert.Contains(words, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_are_read_without_an_exception()
    {
        var random = new Random(11);
        var good = Encoding.UTF8.GetBytes(Full);
        for (var round = 0; round < 3000; round++)
        {
            byte[] damaged = [.. good];
            for (var hits = random.Next(1, 5); hits > 0; hits--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            var result = RelayProfile.Read(damaged.AsSpan(0, random.Next(damaged.Length + 1)));
            Assert.True(result.Profile is not null || !result.Problems.IsEmpty);
        }
    }

    /// <summary>The page that describes the file describes all of it.</summary>
    [Fact]
    public void Every_key_is_documented()
    {
        var page = Repository.Text("drivers", "Relay", "README.md");
        foreach (var key in RelayProfile.Schema.Keys) Assert.Contains($"| `{key.Name}` |", page, StringComparison.Ordinal);
    }

    private static ProfileResult Read(string text) => RelayProfile.Read(Encoding.UTF8.GetBytes(text));
}
