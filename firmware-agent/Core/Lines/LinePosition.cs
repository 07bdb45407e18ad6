using System.Text.Json.Serialization;

namespace Appliance.Core.Lines;

/// <summary>Where a switch has put a telephone line.</summary>
[JsonConverter(typeof(EnumWord<LinePosition>))]
public enum LinePosition : byte
{
    /// <summary>Not known: never asked, cannot be asked, or contacts that contradict each other.</summary>
    Unknown,

    /// <summary>At the node that powers the relay and is wired to its NO contacts; of a bero*fos, to port B.</summary>
    A,

    /// <summary>At the other node, wired to the NC contacts; of a bero*fos, to port D. Here the line is without power.</summary>
    B,
}
