using Appliance.Core.Time;

namespace Appliance.Core.LinuxHa;

/// <summary>What a message's generation and number say about it.</summary>
public enum HaFreshness : byte
{
    /// <summary>The highest number so far: what the other node said last.</summary>
    Newest,

    /// <summary>It was missing and has come after all, perhaps because we asked.</summary>
    Late,

    /// <summary>It has no number.</summary>
    Unnumbered,

    /// <summary>Heard before: on another link, or played back.</summary>
    Repeated,

    /// <summary>Of an earlier start of the other node.</summary>
    Outdated,
}

/// <summary>
/// Counts the other node's messages: knows which were heard, which are missing and when to ask for them. A newer generation begins
/// anew. Nothing changes for a message that is repeated or outdated.
/// </summary>
public sealed class PeerSequences
{
    /// <summary>Heartbeat itself sends a message now and then before the one with the lower number: wait a little before asking.</summary>
    private static readonly TimeSpan AskAfter = TimeSpan.FromMilliseconds(120);
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(250);
    private const int AskMax = 20;

    private readonly List<Missing> _missing = [];

    /// <param name="generation">The highest ever heard, from before this start; 0: unknown.</param>
    public PeerSequences(long generation) => (Generation, IsRemembered) = (generation, generation > 0);

    private record struct Missing(long Sequence, Instant AskAt, int Asked);

    /// <summary>The generation that is believed.</summary>
    public long Generation { get; private set; }

    /// <summary>Highest number heard; 0: none.</summary>
    public long Highest { get; private set; }

    /// <summary>Numbers that were asked for and came.</summary>
    public long Recovered { get; private set; }

    /// <summary>Numbers that never came.</summary>
    public long Lost { get; private set; }

    /// <summary>Numbers that are missing now.</summary>
    public int MissingCount => _missing.Count;

    /// <summary>Known only from before our start: a message of the same generation is the first one of it.</summary>
    private bool IsRemembered { get; set; }

    /// <summary>Looks at a message without changing anything.</summary>
    public HaFreshness Judge(in HaMessage message)
    {
        if (message.Generation < Generation) return HaFreshness.Outdated;
        if (message.Sequence is not { } sequence) return HaFreshness.Unnumbered;
        if (message.Generation > Generation || IsRemembered || sequence > Highest) return HaFreshness.Newest;
        return Find(sequence) >= 0 ? HaFreshness.Late : HaFreshness.Repeated;
    }

    /// <summary>Notes a message that was judged to be news.</summary>
    public void Note(in HaMessage message, Instant now)
    {
        var isNew = message.Generation > Generation || IsRemembered;
        if (message.Sequence is not { } sequence) return;
        if (isNew) Begin(message.Generation, sequence);
        else if (sequence > Highest) Advance(sequence, now);
        else if (Find(sequence) is var at and >= 0)
        {
            if (_missing[at].Asked > 0) Recovered++;
            _missing.RemoveAt(at);
        }
    }

    /// <summary>The other node cannot send these again.</summary>
    public void GiveUp(long first, long last)
    {
        for (var at = _missing.Count - 1; at >= 0; at--)
        {
            if (_missing[at].Sequence < first || _missing[at].Sequence > last) continue;
            _missing.RemoveAt(at);
            Lost++;
        }
    }

    /// <summary>The next number to ask for now; null: none is due. Call until there is none.</summary>
    public long? Due(Instant now)
    {
        for (var at = 0; at < _missing.Count; at++)
        {
            var missing = _missing[at];
            if (missing.AskAt > now) continue;
            if (missing.Asked >= AskMax)
            {
                _missing.RemoveAt(at--);
                Lost++;
                continue;
            }

            _missing[at] = missing with { AskAt = now + AskAgain, Asked = missing.Asked + 1 };
            return missing.Sequence;
        }

        return null;
    }

    /// <summary>When the next question is due; null: nothing is missing.</summary>
    public Instant? NextDue
    {
        get
        {
            Instant? next = null;
            foreach (var missing in _missing)
                if (next is null || missing.AskAt < next) next = missing.AskAt;
            return next;
        }
    }

    private void Begin(long generation, long sequence)
    {
        (Generation, Highest, IsRemembered) = (generation, sequence, false);
        _missing.Clear();
    }

    private void Advance(long sequence, Instant now)
    {
        // A gap that wide is no loss: the count began anew, as Heartbeat takes it, too.
        if (sequence - Highest - 1 + _missing.Count > HaLimits.MissingMax)
        {
            Lost += _missing.Count;
            _missing.Clear();
        }
        else
        {
            for (var gone = Highest + 1; gone < sequence; gone++) _missing.Add(new Missing(gone, now + AskAfter, 0));
        }

        Highest = sequence;
    }

    private int Find(long sequence)
    {
        for (var at = 0; at < _missing.Count; at++)
            if (_missing[at].Sequence == sequence) return at;
        return -1;
    }
}
