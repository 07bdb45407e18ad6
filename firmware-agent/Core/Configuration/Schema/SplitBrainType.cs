using Appliance.Core.Replica;
using Appliance.Core.Toml;

namespace Appliance.Core.Configuration.Schema;

/// <summary>DRBD's policies after a split brain: a word, or a table by the number of primaries. Reads to <see
/// cref="AfterSplitBrain"/>.</summary>
public sealed class SplitBrainType : KeyType
{
    private static readonly (string Word, SplitBrainPolicy Policy)[] Policies =
    [
        ("disconnect", SplitBrainPolicy.Disconnect),
        ("discard-younger-primary", SplitBrainPolicy.DiscardYoungerPrimary),
        ("discard-older-primary", SplitBrainPolicy.DiscardOlderPrimary),
        ("discard-zero-changes", SplitBrainPolicy.DiscardZeroChanges),
        ("discard-least-changes", SplitBrainPolicy.DiscardLeastChanges),
        ("discard-secondary", SplitBrainPolicy.DiscardSecondary),
        ("call-pri-lost-after-sb", SplitBrainPolicy.CallPriLostAfterSb),
        ("consensus", SplitBrainPolicy.Consensus),
    ];

    private static readonly string[] NoPrimary = [.. Policies[..5].Select(entry => entry.Word)];
    private static readonly string[] OnePrimary = ["disconnect", "consensus", "discard-secondary", "call-pri-lost-after-sb"];
    private static readonly string[] TwoPrimaries = ["disconnect", "call-pri-lost-after-sb"];

    public override string Name => "policy";

    public override string Accepts =>
        $"{Words.Choice(NoPrimary)}, or a table such as {{ 0pri = \"discard-zero-changes\", 1pri = \"discard-secondary\", "
            + "2pri = \"disconnect\" }";

    /// <summary>The word of the file.</summary>
    public static string WordOf(SplitBrainPolicy policy) => Policies.First(entry => entry.Policy == policy).Word;

    public override object? Read(TomlValue value, string path, Findings findings) => value switch
    {
        TomlValue.Text text => Alone(text, path, findings),
        TomlValue.Table table => ByPrimaries(table, path, findings),
        _ => Refuse(value, path, findings),
    };

    private AfterSplitBrain? Alone(TomlValue.Text text, string path, Findings findings)
    {
        if (!NoPrimary.Contains(text.Value))
        {
            Refuse(text, path, findings, NearestWord.Of(text.Value, NoPrimary) is { } near ? $"did you mean \"{near}\"?" : "");
            return null;
        }

        var policy = Policies.First(entry => entry.Word == text.Value).Policy;
        return new AfterSplitBrain(
            policy, policy == SplitBrainPolicy.Disconnect ? policy : SplitBrainPolicy.Consensus, SplitBrainPolicy.Disconnect);
    }

    private static AfterSplitBrain? ByPrimaries(TomlValue.Table table, string path, Findings findings)
    {
        var known = new (string Key, string[] Accepted)[] { ("0pri", NoPrimary), ("1pri", OnePrimary), ("2pri", TwoPrimaries) };
        var chosen = new SplitBrainPolicy[known.Length];
        var right = true;
        foreach (var entry in table.Entries)
        {
            var number = Array.FindIndex(known, key => key.Key == entry.Key);
            if (number < 0)
            {
                findings.Error(entry.KeyAt, $"{path}.{entry.Key}", $"unknown key {Words.Quoted(entry.Key)}; known here: 0pri, 1pri, 2pri");
                right = false;
            }
            else if (new ChoiceType(known[number].Accepted).Read(entry.Value, $"{path}.{entry.Key}", findings) is string word)
            {
                chosen[number] = Policies.First(policy => policy.Word == word).Policy;
            }
            else
            {
                right = false;
            }
        }

        return right ? new AfterSplitBrain(chosen[0], chosen[1], chosen[2]) : null;
    }
}
