namespace Appliance.Lab.Scenarios;

/// <summary>One claim about the running pair and the steps that prove it. Throws with the reason when it does not hold.</summary>
/// <param name="Name">The claim as a sentence.</param>
/// <param name="NeedsOurCommands">Whether it uses the appliance's own commands and so says nothing about a rival.</param>
/// <param name="Prove">The steps, from a healthy pair on.</param>
public sealed record Scenario(string Name, bool NeedsOurCommands, Action<ScenarioContext> Prove)
{
    /// <summary>Whether it breaks what only a stack with a replica has, or claims what only such a stack can keep.</summary>
    public bool NeedsReplica { get; init; }

    /// <summary>Why it does not hold yet; null: it must. It is listed and skipped with this reason.</summary>
    public string? Open { get; init; }
}
