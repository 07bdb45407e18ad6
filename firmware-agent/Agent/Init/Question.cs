using System.CommandLine;
using Appliance.Core.Configuration.Schema;
using Appliance.Core.Toml;

namespace Appliance.Agent.Init;

/// <summary>Something <c>appliance init</c> must know: asked on the terminal or given as an option.</summary>
/// <param name="Words">The question; also the option's description.</param>
/// <param name="Type">What is accepted.</param>
public sealed record Question(string Words, KeyType Type)
{
    /// <summary>The option on the command line.</summary>
    public required Option<string?> Option { get; init; }

    /// <summary>Taken when the answer is empty; null: an answer is needed; "": nothing is an answer.</summary>
    public string? Default { get; init; }

    /// <summary>A question of which nothing is expected on the command line.</summary>
    public static Question Of(string option, string example, string words, KeyType type, string? otherwise) => new(words, type)
    {
        Option = new Option<string?>(option) { Description = words, HelpName = example },
        Default = otherwise,
    };

    /// <summary>Null when the answer will do, else what is wrong with it.</summary>
    public string? Fault(string answer)
    {
        if (answer.Length == 0) return Default == "" ? null : $"an answer is needed: {Type.Accepts}";
        var findings = new Findings();
        Type.Read(new TomlValue.Text(new TomlPosition(1, 1), answer), "", findings);
        return findings.Unusable ? findings.Sorted()[0].Message : null;
    }
}
