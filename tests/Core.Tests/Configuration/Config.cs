using System.Text;
using Appliance.Core.Configuration;

namespace Appliance.Core.Tests.ConfigurationTests;

/// <summary>Files under test, made from a good one by replacing text.</summary>
internal static class Config
{
    public static string Minimal => Repository.Text("docs", "appliance.minimal.toml");

    public static string Example => Repository.Text("docs", "appliance.example.toml");

    public static ConfigResult Read(string text) => ConfigReader.Read(Encoding.UTF8.GetBytes(text));

    /// <summary>The minimal file with one text replaced; the text must be there once.</summary>
    public static ConfigResult With(string old, string replacement)
    {
        Assert.Equal(2, Minimal.Split(old).Length);
        return Read(Minimal.Replace(old, replacement, StringComparison.Ordinal));
    }

    /// <summary>The minimal file with lines behind it; they belong to its last resource or begin their own sections.</summary>
    public static ConfigResult Plus(string lines) => Read(Minimal + "\n" + lines);

    public static ApplianceConfig Good(ConfigResult result)
    {
        Assert.True(result.Config is not null, string.Join('\n', result.Problems));
        return result.Config;
    }

    /// <summary>The one problem there is.</summary>
    public static Problem Only(ConfigResult result)
    {
        Assert.True(result.Problems.Length == 1, $"{result.Problems.Length} problems:\n{string.Join('\n', result.Problems)}");
        return result.Problems[0];
    }
}
