namespace Appliance.Core.Replica.History;

/// <summary>Whose changes are thrown away after both wrote alone: nobody's, unless an operator or the configuration says so.</summary>
internal static class SplitBrainVictim
{
    /// <summary>Are the changes of <paramref name="side"/> the ones to go? Never true of both.</summary>
    public static bool Is(HandshakeFacts side, HandshakeFacts other)
    {
        if (side.DiscardMyData || other.DiscardMyData) return side.DiscardMyData && !other.DiscardMyData;
        var (isPrimary, isOtherPrimary) = (side.Role == ReplicaRole.Primary, other.Role == ReplicaRole.Primary);
        if (isPrimary && isOtherPrimary) return ByTwoPrimaries(side, other);
        if (isPrimary || isOtherPrimary) return ByOnePrimary(side, other, isPrimary);
        return By(side.AfterSplitBrain0, side, other);
    }

    private static bool ByOnePrimary(HandshakeFacts side, HandshakeFacts other, bool isPrimary) => side.AfterSplitBrain1 switch
    {
        SplitBrainPolicy.DiscardSecondary => !isPrimary,
        SplitBrainPolicy.Consensus => !isPrimary && By(side.AfterSplitBrain0, side, other),
        SplitBrainPolicy.CallPriLostAfterSb => By(side.AfterSplitBrain0, side, other),
        var policy => By(policy, side, other),
    };

    private static bool ByTwoPrimaries(HandshakeFacts side, HandshakeFacts other) =>
        side.AfterSplitBrain2 == SplitBrainPolicy.CallPriLostAfterSb
            ? By(side.AfterSplitBrain0, side, other)
            : By(side.AfterSplitBrain2, side, other);

    private static bool By(SplitBrainPolicy policy, HandshakeFacts side, HandshakeFacts other) => policy switch
    {
        SplitBrainPolicy.DiscardYoungerPrimary => side.Term > other.Term || (side.Term == other.Term && ChangedNothing(side, other)),
        SplitBrainPolicy.DiscardOlderPrimary => side.Term < other.Term || (side.Term == other.Term && ChangedNothing(side, other)),
        SplitBrainPolicy.DiscardZeroChanges => ChangedNothing(side, other),
        SplitBrainPolicy.DiscardLeastChanges => side.DirtyBlocks < other.DirtyBlocks && Kinship.BitmapsCover(side, other),
        _ => false,
    };

    /// <summary>Bitmaps that do not reach back to the common data count too little: then zero means nothing.</summary>
    private static bool ChangedNothing(HandshakeFacts side, HandshakeFacts other) =>
        side.DirtyBlocks == 0 && other.DirtyBlocks > 0 && Kinship.BitmapsCover(side, other);
}
