using Appliance.Simulation.Replica.Disks;

namespace Appliance.Simulation.Replica.Front;

/// <summary>
/// What users wrote, sector by sector: a sector is a register, and the ledger knows which values a read may return. What was answered hides
/// everything that had ended before it was asked for; what was never answered may be there or not.
/// </summary>
public sealed class Ledger
{
    private readonly List<WriteRecord>[] _sectors;
    private readonly SortedDictionary<long, WriteRecord> _unstable = [];
    private ulong _moment;
    private long _id;

    /// <param name="sectors">Of the volume at its largest.</param>
    public Ledger(long sectors)
    {
        _sectors = new List<WriteRecord>[sectors];
        for (var sector = 0L; sector < sectors; sector++) _sectors[sector] = [Genesis(sector)];
    }

    /// <summary>Answered and not known to be stable, in the order they were asked for.</summary>
    public IEnumerable<WriteRecord> Unstable => _unstable.Values;

    /// <summary>Protocols A and B: answered bytes that the peer may lack; 0 with protocol C.</summary>
    public required long Window { get; init; }

    /// <summary>Users' bytes answered so far.</summary>
    public long Answered { get; private set; }

    /// <summary>The next moment of the count.</summary>
    public ulong Moment() => ++_moment;

    public WriteRecord Submit(long first, int count, bool isZero)
    {
        var record = new WriteRecord(++_id, first, count, isZero, Moment());
        for (var sector = first; sector < first + count; sector++) _sectors[sector].Add(record);
        return record;
    }

    /// <summary>A write is answered.</summary>
    public void Ack(WriteRecord record, int node, int holders, bool stable)
    {
        (record.Ended, record.Acked, record.Flushed, record.Stable) = (Moment(), true, stable, stable && Window == 0);
        (record.Node, record.Holders, record.AnsweredBefore) = (node, holders, Answered);
        Answered += (long)record.Count * Sector.Bytes;
        if (!record.Stable) _unstable[record.Id] = record;
    }

    /// <summary>A write failed, or its user is gone.</summary>
    public void Abandon(WriteRecord record)
    {
        if (record.Ended == WriteRecord.Never) record.Ended = Moment();
    }

    /// <summary>A flush that was asked for at a moment is answered: what was answered before is stable.</summary>
    public void Flushed(ulong asked)
    {
        foreach (var record in _unstable.Values.ToArray())
        {
            record.Flushed |= record.Ended < asked;
            var behind = Answered - record.AnsweredBefore - ((long)record.Count * Sector.Bytes);
            if (!record.Flushed || (Window > 0 && behind <= Window)) continue;
            record.Stable = !record.AtRisk; // What was lost before is not brought back by a flush.
            _unstable.Remove(record.Id);
        }
    }

    /// <summary>A node lost power.</summary>
    public void PowerLost(int node)
    {
        foreach (var record in _unstable.Values) record.Lost |= 1 << node;
        foreach (var list in _sectors)
            foreach (var record in list)
                if (record.Ended == WriteRecord.Never) record.Lost |= 1 << node;
    }

    /// <summary>Protocols A and B: a primary is lost. What was answered within the window, or not flushed, may be lost with it.</summary>
    public void PrimaryLost(int node)
    {
        foreach (var record in _unstable.Values) (record.Holders, record.Lost) = (1 << node, record.Lost | (1 << node));
    }

    /// <summary>Whether a sector may hold this for a reader who asked at a moment.</summary>
    public bool MayHold(long sector, long content, ulong asked)
    {
        var list = _sectors[sector];
        var hidden = 0UL;
        for (var at = list.Count - 1; at >= 0; at--)
        {
            var record = list[at];
            if (record.Ended < hidden) continue;
            if (record.Content == content) return true;
            if (record.Acked && !record.AtRisk && record.Ended < asked) hidden = Math.Max(hidden, record.Submitted);
        }

        return false;
    }

    /// <summary>Whether this is what a write left in a sector, or what something under way with it or later put over it.</summary>
    public bool MayHoldAfter(long sector, long content, WriteRecord write) => _sectors[sector].Exists(
        record => record.Content == content && (record.Submitted > write.Submitted || record.Ended > write.Submitted));

    /// <summary>For words: what a sector may hold.</summary>
    public string Choices(long sector, ulong asked) => string.Join(
        " or ", _sectors[sector].Where(record => MayHold(sector, record.Content, asked)).Select(Describe).Distinct());

    /// <summary>No history: from now on a sector holds one of these.</summary>
    public void Rebase(long sector, params ReadOnlySpan<long> contents)
    {
        var list = _sectors[sector];
        list.RemoveAll(record => record.Ended != WriteRecord.Never);
        foreach (var content in contents)
        {
            var moment = Moment();
            list.Insert(0, new WriteRecord(content, sector, 1, content == 0, moment) { Ended = moment });
        }
    }

    /// <summary>One more value that a sector may have, made by no user: the medium changed it.</summary>
    public void Rotten(long sector, long content)
    {
        var moment = Moment();
        _sectors[sector].Add(new WriteRecord(content, sector, 1, content == 0, moment) { Ended = moment });
    }

    /// <summary>All answered writes are forgotten as debts: another history is the truth now.</summary>
    public void ForgetUnstable() => _unstable.Clear();

    /// <summary>Forgets what can never be read again.</summary>
    public void Prune(WriteRecord stable, ulong oldestReader)
    {
        if (!stable.Stable || stable.Ended >= oldestReader) return;
        for (var sector = stable.First; sector < stable.First + stable.Count; sector++)
            if (_sectors[sector].Count > 8) _sectors[sector].RemoveAll(record => record.Ended < stable.Submitted);
    }

    private static WriteRecord Genesis(long sector) => new(0, sector, 1, true, 0) { Ended = 0, Acked = true, Stable = true };

    private static string Describe(WriteRecord record) =>
        record.IsZero && record.Id > 0 ? $"zeroes of write {record.Id}" : Sector.Name(record.Content);
}
