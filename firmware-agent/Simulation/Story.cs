using System.Globalization;
using Appliance.Core.Time;

namespace Appliance.Simulation;

/// <summary>What happened, as lines for people. The same seed gives the same lines.</summary>
public sealed class Story(bool keep)
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines => _lines;

    public bool Kept => keep;

    /// <summary>The moment from which times are told.</summary>
    public Instant Origin { get; set; } = Instant.Boot;

    public void Tell(Instant at, string who, string text)
    {
        if (keep) _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{(at - Origin).TotalSeconds,8:0.000} {who,-8} {text}"));
    }
}
