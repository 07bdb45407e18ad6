using System.Globalization;
using Appliance.Core.Time;

namespace Appliance.Simulation;

/// <summary>What happened, as lines for people. The same seed gives the same lines.</summary>
public sealed class Story(bool keep)
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines => _lines;

    public bool Kept => keep;

    public void Tell(Instant at, string who, string text)
    {
        if (keep) _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{at.SinceBoot.TotalSeconds,8:0.000} {who,-8} {text}"));
    }
}
