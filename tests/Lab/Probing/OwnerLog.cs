namespace Appliance.Lab.Probing;

/// <summary>Whose hardware address answered for the service address, and when.</summary>
public sealed class OwnerLog
{
    private readonly Lock _gate = new();
    private readonly List<(double MomentMs, string Owner)> _answers = [];

    /// <summary>This card answered at this moment.</summary>
    public void Note(double momentMs, string owner)
    {
        lock (_gate) _answers.Add((momentMs, owner));
    }

    /// <summary>The card that answered last; null: none has.</summary>
    public string? Last
    {
        get
        {
            lock (_gate) return _answers.Count == 0 ? null : _answers[^1].Owner;
        }
    }

    /// <summary>
    /// How often the answering card changed since a moment. A takeover is one change. More means that two nodes answered by turns, which
    /// is what a client notices of two servers at once.
    /// </summary>
    public int ChangesSince(double momentMs)
    {
        lock (_gate)
        {
            var owners = _answers.Where(answer => answer.MomentMs >= momentMs).OrderBy(answer => answer.MomentMs)
                .Select(answer => answer.Owner).ToArray();
            return owners.Zip(owners.Skip(1)).Count(pair => pair.First != pair.Second);
        }
    }
}
