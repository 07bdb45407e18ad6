namespace Appliance.Agent.Network;

/// <summary>What became of an attempt to set interfaces and firewall up.</summary>
/// <param name="Said">What was done, a sentence each.</param>
public sealed record NetworkOutcome(IReadOnlyList<string> Said)
{
    /// <summary>Why nothing was changed: rules and files are those of before. Null: they are the new ones.</summary>
    public string? Refused { get; init; }

    /// <summary>Rules and files are the new ones, but somebody has not taken them into use; who, and from when they count.</summary>
    public string? Unfinished { get; init; }

    /// <summary>What an operator has to know; null: all is as the file says.</summary>
    public string? Problem => Refused is null ? Unfinished : $"network and firewall stay as they were: {Refused}";
}
