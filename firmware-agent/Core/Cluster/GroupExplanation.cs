using System.Collections.Immutable;

namespace Appliance.Core.Cluster;

/// <summary>Why a group is where it is, as one node knows it. Sentences for people; <see cref="Explanation"/> makes them.</summary>
/// <param name="Group">Its name.</param>
/// <param name="ServedBy">Node that serves it; null: nobody that this node hears of.</param>
/// <param name="Term">Of the vote that carries it here or there.</param>
/// <param name="Why">What decided that.</param>
/// <param name="Nodes">This node first.</param>
/// <param name="Next">What would move it, or what is waited for.</param>
public sealed record GroupExplanation(
    string Group, string? ServedBy, uint Term, ImmutableArray<string> Why, ImmutableArray<NodeExplanation> Nodes,
    ImmutableArray<string> Next);

/// <summary>What a node could do for the group.</summary>
/// <param name="Role">Null: it is not heard.</param>
/// <param name="Fit">It could serve now; null: it is not heard.</param>
/// <param name="Score">0 (unfit) to 1000; null: it is not heard.</param>
/// <param name="Reasons">Why it is not fit, or why the score is less than 1000.</param>
public sealed record NodeExplanation(string Node, Role? Role, bool? Fit, int? Score, ImmutableArray<string> Reasons);
