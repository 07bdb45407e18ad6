namespace Appliance.Core.Configuration.Schema;

/// <summary>Finds what a person probably meant.</summary>
public static class NearestWord
{
    /// <summary>The candidate closest to the word if it is close at all: one slip in three letters, two swapped letters are one
    /// slip.</summary>
    public static string? Of(string word, IEnumerable<string> candidates)
    {
        if (word.Length > 2 * Limits.NameLengthMax) return null;
        var nearest = candidates.Select(candidate => (Candidate: candidate, Slips: Distance(word, candidate)))
            .OrderBy(pair => pair.Slips).ThenBy(pair => pair.Candidate, StringComparer.Ordinal).FirstOrDefault();
        return nearest.Candidate is not null && nearest.Slips <= Math.Max(1, Math.Max(word.Length, nearest.Candidate.Length) / 3)
            ? nearest.Candidate
            : null;
    }

    /// <summary>Optimal string alignment distance: insert, delete, replace, swap neighbours.</summary>
    public static int Distance(string left, string right)
    {
        var cost = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++) cost[i, 0] = i;
        for (var j = 0; j <= right.Length; j++) cost[0, j] = j;
        for (var i = 1; i <= left.Length; i++)
        for (var j = 1; j <= right.Length; j++)
        {
            var replaced = cost[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
            cost[i, j] = Math.Min(replaced, 1 + Math.Min(cost[i - 1, j], cost[i, j - 1]));
            if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
        }

        return cost[left.Length, right.Length];
    }
}
