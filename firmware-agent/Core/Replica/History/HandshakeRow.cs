namespace Appliance.Core.Replica.History;

/// <summary>
/// One row of <see cref="HandshakeTable"/>. A row looks at the two sides in both orders. A row about the pair applies
/// if it is true in either order.
/// A row about one side applies when it is true of exactly one of them: what is true of both, or of neither, tells nothing apart.
/// That, and nothing else, makes the verdicts of the two nodes mirror images.
/// </summary>
/// <param name="Name">When the side it is about is the peer; or of both.</param>
/// <param name="OwnName">When the side it is about is this node.</param>
/// <param name="Applies">Is it true of the first (before the second)?</param>
/// <param name="Decision">For the first.</param>
/// <param name="Words">Why, for a person; FIRST and SECOND become the names of the nodes.</param>
public sealed record HandshakeRow(
    string Name, string OwnName, Func<HandshakeFacts, HandshakeFacts, bool> Applies, SyncDecision Decision, string Words)
{
    /// <summary>True of both, or of the pair.</summary>
    public static HandshakeRow Both(
        string name, Func<HandshakeFacts, HandshakeFacts, bool> applies, SyncDecision decision, string words) =>
        new(name, name, applies, decision, words);

    /// <summary>True of one of the two.</summary>
    public static HandshakeRow One(
        string ownName, string peerName, Func<HandshakeFacts, HandshakeFacts, bool> applies, SyncDecision decision, string words) =>
        new(peerName, ownName, applies, decision, words);

    /// <summary>The verdict of this row, seen from <paramref name="mine"/>; null: it does not apply.</summary>
    public Verdict? Judge(HandshakeFacts mine, HandshakeFacts theirs)
    {
        var (own, peer) = (Applies(mine, theirs), Applies(theirs, mine));
        if (own == peer && (!own || Name != OwnName)) return null;
        return own
            ? new Verdict(Decision, OwnName, Say(mine, theirs))
            : new Verdict(Verdict.Mirror(Decision), Name, Say(theirs, mine));
    }

    private string Say(HandshakeFacts first, HandshakeFacts second) => Words
        .Replace("FIRST", $"node {first.Node}", StringComparison.Ordinal)
        .Replace("SECOND", $"node {second.Node}", StringComparison.Ordinal);
}
