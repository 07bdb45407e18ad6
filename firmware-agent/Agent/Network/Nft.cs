using System.Text;
using Appliance.Core.Firewall;
using Appliance.Drivers.Script;

namespace Appliance.Agent.Network;

/// <summary>nft(8): one file is one transaction of the kernel, so rules change as a whole or not at all.</summary>
public static class Nft
{
    private static readonly string[] Places = ["/usr/sbin/nft", "/sbin/nft", "/usr/local/sbin/nft"];
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    /// <summary>Null when the kernel would take the rules, else why not. Nothing is changed.</summary>
    public static string? Check(string rules) => rules.Length == 0 ? null : Run(rules, "--check", "--file", "-");

    /// <summary>Null when they are in force, else why not, and then the old ones are.</summary>
    public static string? Load(string rules) => Run(rules, "--file", "-");

    /// <summary>Our table as the kernel has it, in a form that <see cref="Load"/> takes; null: it has none.</summary>
    public static string? Loaded()
    {
        if (Tool() is not { } tool) return null;
        using var abandon = new CancellationTokenSource(Bound);
        var end = ProcessRunner.Run([tool, "--stateless", "list", "table", .. Ruleset.Table.Split(' ')], null, abandon.Token);
        return end.ExitCode == 0 ? Ruleset.Removal + end.Output : null;
    }

    private static string? Tool()
    {
        foreach (var place in Places)
            if (File.Exists(place)) return place;
        return null;
    }

    private static string? Run(string input, params string[] arguments)
    {
        if (Tool() is not { } tool) return "[firewall] needs nft, which is not installed: apt install nftables";
        using var abandon = new CancellationTokenSource(Bound);
        var end = ProcessRunner.Run([tool, .. arguments], null, abandon.Token, Encoding.ASCII.GetBytes(input));
        return end.ExitCode == 0 ? null : $"nft: {(end.Output.Trim() is { Length: > 0 } words ? words.Replace('\n', ' ') : end.Words)}";
    }
}
