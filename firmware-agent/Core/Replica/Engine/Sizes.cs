using Appliance.Core.Replica.History;

namespace Appliance.Core.Replica.Engine;

/// <summary>How large the volume is. The disks need not be equal: the smaller one counts, agreed once and written down.</summary>
internal static class Sizes
{
    /// <summary>A refusal, or null: the sizes fit.</summary>
    public static Verdict? Judge(HandshakeFacts mine, HandshakeFacts theirs)
    {
        if (mine.Size == 0 || theirs.Size == 0) return null;
        var agreed = Agreed(mine, theirs);
        if (agreed > mine.Capacity)
            return Refused($"this disk holds {mine.Capacity} bytes and the peer's volume has {agreed}: a larger disk is needed here");
        if (agreed > theirs.Capacity)
            return Refused($"the peer's disk holds {theirs.Capacity} bytes and the volume has {agreed}: a larger disk is needed there");
        return null;
    }

    public static long Agreed(HandshakeFacts mine, HandshakeFacts theirs)
    {
        if (mine.Size == 0 || theirs.Size == 0) return Math.Max(mine.Size, theirs.Size);
        var (iAmEmpty, itIsEmpty) = (IsEmpty(mine), IsEmpty(theirs));
        if (iAmEmpty == itIsEmpty) return Math.Min(mine.Size, theirs.Size);
        return iAmEmpty ? theirs.Size : mine.Size;
    }

    private static bool IsEmpty(HandshakeFacts facts) => facts.Generations.Current == Generations.JustCreated;

    private static Verdict Refused(string words) => new(SyncDecision.Refused, "size", words);
}
