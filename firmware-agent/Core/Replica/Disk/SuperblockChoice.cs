namespace Appliance.Core.Replica.Disk;

/// <summary>The superblock that counts: of the two slots the usable one with the higher sequence.</summary>
/// <param name="Superblock">What it says.</param>
/// <param name="Slot">0 or 1.</param>
/// <param name="Note">What is wrong with the other one; empty: nothing.</param>
public sealed record SuperblockChoice(Superblock Superblock, int Slot, string Note)
{
    /// <summary>Null and the reason when there is none that we may use.</summary>
    public static SuperblockChoice? Of(ReadOnlySpan<byte> slot0, ReadOnlySpan<byte> slot1, out string problem)
    {
        var first = SuperblockText.Read(slot0, out var problem0);
        var second = SuperblockText.Read(slot1, out var problem1);
        // A newer program wrote one slot after the other: the older slot is still readable, and would lie.
        if (IsNewer(problem0) || IsNewer(problem1))
        {
            problem = IsNewer(problem0) ? $"superblock: {problem0}" : $"superblock: {problem1}";
            return null;
        }

        problem = "";
        if (first is not null && (second is null || first.Sequence >= second.Sequence)) return Choice(first, 0, second is null, problem1);
        if (second is not null) return Choice(second, 1, first is null, problem0);
        problem = problem0 == problem1 && !SuperblockText.IsMarked(slot0)
            ? $"there is no replica here: where the superblock should be, {problem0} (never created, or the size of the disk has changed)"
            : $"both superblocks are unusable: the first: {problem0}; the second: {problem1}";
        return null;
    }

    private static SuperblockChoice Choice(Superblock superblock, int slot, bool otherIsBad, string otherProblem) =>
        new(superblock, slot, otherIsBad ? $"superblock {1 - slot}: {otherProblem}" : "");

    private static bool IsNewer(string problem) => problem.EndsWith("upgrade this node", StringComparison.Ordinal);
}
