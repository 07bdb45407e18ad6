namespace Appliance.Core.Replica.History;

/// <summary>What two replicas that meet must do. Each has a mirror image; the two sides always hold mirror images of each other.</summary>
public enum SyncDecision : byte
{
    /// <summary>Both are the same and nothing is marked. Mirror of itself.</summary>
    NoSync,
    SourceBitmap,
    TargetBitmap,
    SourceFull,
    TargetFull,

    /// <summary>The other side finished a resync that we did not note: say ResyncDone again.</summary>
    FinishSource,
    FinishTarget,

    /// <summary>Both wrote alone and no policy settles it.</summary>
    SplitBrain,

    /// <summary>Nothing in common.</summary>
    Unrelated,

    /// <summary>Must not work together for another reason (the words say which).</summary>
    Refused,
}

/// <param name="Decision">What to do, seen from here.</param>
/// <param name="Rule">Name of the rule that decided, for the journal.</param>
/// <param name="Words">Why, for a person.</param>
public readonly record struct Verdict(SyncDecision Decision, string Rule, string Words)
{
    public static SyncDecision Mirror(SyncDecision decision) => decision switch
    {
        SyncDecision.SourceBitmap => SyncDecision.TargetBitmap,
        SyncDecision.TargetBitmap => SyncDecision.SourceBitmap,
        SyncDecision.SourceFull => SyncDecision.TargetFull,
        SyncDecision.TargetFull => SyncDecision.SourceFull,
        SyncDecision.FinishSource => SyncDecision.FinishTarget,
        SyncDecision.FinishTarget => SyncDecision.FinishSource,
        _ => decision,
    };
}
