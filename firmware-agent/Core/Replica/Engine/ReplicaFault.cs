namespace Appliance.Core.Replica.Engine;

/// <summary>Bugs that the simulator plants in the engine to see that its rules catch them. Never set outside of it.</summary>
internal enum ReplicaFault : byte
{
    None,

    /// <summary>A lost peer: written but not stable there, and not marked.</summary>
    DropUnstableOnLoss,

    /// <summary>A lost peer: sent but not answered, and not marked.</summary>
    DropInFlightOnLoss,

    /// <summary>A region cools although its writes are not stable, or its marks not on disk.</summary>
    CoolWithoutFlush,

    /// <summary>Goes on alone without a new generation.</summary>
    NoMint,

    /// <summary>Answers a write without the peer before its loss is on disk.</summary>
    AnswerBeforeNoted,

    /// <summary>Overlapping writes go at the same time.</summary>
    NoClaims,

    /// <summary>A copy does not wait for writes to its range.</summary>
    CopyIgnoresWrites,

    /// <summary>Does the opposite of the verdict.</summary>
    MirrorVerdict,

    /// <summary>A flush under way also answers those that came later.</summary>
    FlushCoversLater,

    /// <summary>A diskless primary's peer does not note that it holds the only copy.</summary>
    NoPeerMint,

    /// <summary>Users' writes pass while marks are exchanged.</summary>
    ServeWhileMeeting,

    /// <summary>Hot regions of a crash are not marked.</summary>
    IgnoreHotAtAttach,

    /// <summary>A target says that it is done before its disk has flushed.</summary>
    DoneWithoutFlush,

    /// <summary>Notes that the peer is old before its own disk has flushed what both had answered.</summary>
    MintWithoutFlush,

    /// <summary>A disk that fails is given up without a word on it.</summary>
    SilentDetach,

    /// <summary>A copied block counts as stable there when it was written there.</summary>
    UnmarkBeforeStable,

    /// <summary>What was written but not stable at the peer is forgotten when it comes back, not when it is gone for good.</summary>
    ForgetUnstableAtMeeting,

    /// <summary>The two slots of the intent map are not taken by turns: a torn write leaves none.</summary>
    OneIntentSlot,

    /// <summary>The two slots of the superblock are not taken by turns.</summary>
    OneSuperblockSlot,

    /// <summary>A target takes the source's names before the last block is there.</summary>
    AdoptEarly,

    /// <summary>A block that is repaired from the peer is not held against writes of users.</summary>
    RepairIgnoresWrites,

    /// <summary>An early protocol lets the peer lag without a limit.</summary>
    AheadWithoutLimit,

    /// <summary>A write that failed on the only disk counts as done because the peer, which is being copied onto, has it.</summary>
    FailedWriteIsDone,
}
