using System.Collections.Immutable;

namespace Appliance.Core.FoneBridge;

/// <summary>Which span the bridge takes its clock from, and which follow when it fails.</summary>
internal static class ClockOrder
{
    private const byte Last = 3;

    /// <summary>Empty when the four priorities make an order; else what was expected.</summary>
    public static string Problem(ImmutableArray<byte> priorities)
    {
        Invariant.Check(priorities.Length == BridgeConfig.SpanCount);
        var given = new int[Last + 1];
        foreach (var priority in priorities)
        {
            if (priority > Last) return $"expected digits from 0 to {Last}, found {priority}";
            given[priority]++;
        }

        for (var priority = 1; priority <= Last; priority++)
            if (given[priority] > 1) return $"priority {priority} is given to two spans; expected 1, 2 and 3 at most once";
        return given[0] is 0 or 1 or BridgeConfig.SpanCount
            ? "" : "two or three spans have priority 0; expected one (the clock's source), none, or all four (the bridge's own clock)";
    }
}
