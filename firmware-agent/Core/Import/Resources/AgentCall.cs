using System.Collections.Immutable;

namespace Appliance.Core.Import.Resources;

/// <summary>A parameter of a resource and where it stands.</summary>
internal sealed record AgentParameter(string Key, string Value, Place Place);

/// <summary>What an old configuration calls to start something.</summary>
/// <param name="Id">Its name there.</param>
/// <param name="Class">"ocf", "lsb", "systemd", "service", or "script" for a word of haresources.</param>
/// <param name="Provider">Of an OCF agent, else empty.</param>
/// <param name="Type">Agent, script or unit.</param>
internal sealed record AgentCall(
    string Id, string Class, string Provider, string Type, ImmutableArray<AgentParameter> Parameters, Place Place)
{
    /// <summary>Arguments of a script of haresources that has no names for them.</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];

    public string Spelled => Class == "script" ? Type : Class == "ocf" ? $"ocf:{Provider}:{Type}" : $"{Class}:{Type}";

    /// <summary>The value of the first of these keys that is there; empty: none is.</summary>
    public string Value(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        foreach (var parameter in Parameters)
            if (parameter.Key == key) return parameter.Value;
        return "";
    }
}
