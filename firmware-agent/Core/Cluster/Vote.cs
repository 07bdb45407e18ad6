namespace Appliance.Core.Cluster;

/// <summary>
/// Whom a voter wants to hold a group, and since which term. Votes are totally ordered and a voter's vote only ever grows:
/// a later term beats an earlier one; within a term node 0 beats node 1 beats nobody. Two voters with the same vote have agreed.
/// </summary>
/// <param name="Term">Grows with every promotion; durable before it is spoken.</param>
/// <param name="Node">Node number, or <see cref="Nobody"/>.</param>
public readonly record struct Vote(uint Term, byte Node) : IComparable<Vote>
{
    /// <summary>No node: the vote of a voter that has never voted.</summary>
    public const byte Nobody = 255;

    /// <summary>The vote before any vote.</summary>
    public static Vote None => new(0, Nobody);

    /// <summary>A vote for <paramref name="node"/> that beats this one.</summary>
    public Vote Above(byte node) => new(Term + 1, node);

    public int CompareTo(Vote other) => Term != other.Term ? Term.CompareTo(other.Term) : other.Node.CompareTo(Node);

    public static bool operator <(Vote left, Vote right) => left.CompareTo(right) < 0;

    public static bool operator >(Vote left, Vote right) => left.CompareTo(right) > 0;

    public static bool operator <=(Vote left, Vote right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Vote left, Vote right) => left.CompareTo(right) >= 0;

    public override string ToString() => Node == Nobody ? $"{Term}:-" : $"{Term}:{Node}";
}
