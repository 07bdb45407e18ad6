using Appliance.Agent.Live;

namespace Appliance.Agent.Status;

/// <summary>Colours for terminals that want them.</summary>
/// <param name="Enabled">False writes plain text.</param>
public sealed record Paint(bool Enabled)
{
    public string Good(string text) => Wrap("32", text);

    public string Notice(string text) => Wrap("33", text);

    public string Bad(string text) => Wrap("1;31", text);

    public string Strong(string text) => Wrap("1", text);

    public string Faint(string text) => Wrap("2", text);

    /// <summary>Colour is for people at a terminal that did not ask for none (no-color.org).</summary>
    public static Paint ForTerminal(bool isTerminal)
    {
        var refused = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        return new Paint(isTerminal && !refused && Look.HasColour(Environment.GetEnvironmentVariable("TERM")));
    }

    private string Wrap(string code, string text) => Enabled && text.Length > 0 ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
