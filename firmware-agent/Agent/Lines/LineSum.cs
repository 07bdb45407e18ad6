using Appliance.Core.Cluster;

namespace Appliance.Agent.Lines;

/// <summary>The telephone lines of one group, all devices taken together: what the cluster is told.</summary>
/// <param name="Why">Every device in words.</param>
/// <param name="Broken">Hardware of this node does not do what it is told.</param>
/// <param name="Apart">Every device is known, but they are not at the same node: as a rule they are being moved.</param>
public sealed record LineSum(LineStanding Standing, string Why, bool Broken, bool Apart)
{
    /// <summary>A group without lines, or one whose lines nobody looked at yet.</summary>
    public static readonly LineSum None = new(LineStanding.None, "", Broken: false, Apart: false);

    public static LineSum Of(IReadOnlyList<ILine> lines)
    {
        if (lines.Count == 0) return None;
        var (unknown, broken, here, there) = (false, false, false, false);
        var words = new List<string>(lines.Count);
        foreach (var line in lines)
        {
            var view = line.View;
            words.Add($"{view.Name}: {view.Text}");
            unknown |= view.Standing == LineStanding.Unknown;
            here |= view.Standing == LineStanding.Here;
            there |= view.Standing == LineStanding.There;
            // What the other node does not know of its relay is its fault: while it hands the lines over nobody may count less for it.
            broken |= view.Standing == LineStanding.Unknown && line is not FarLine;
        }

        var apart = !unknown && here && there;
        var standing = unknown || apart ? LineStanding.Unknown : here ? LineStanding.Here : LineStanding.There;
        return new LineSum(standing, string.Join("; ", words), broken, apart);
    }
}
