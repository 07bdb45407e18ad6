using Appliance.Lab.Setup;

namespace Appliance.Lab.Probing;

/// <summary>The rows the client was promised. Read back at the end from the database that serves then.</summary>
public sealed class RowLedger
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, double> _acknowledged = [];
    private long _last;

    /// <summary>The name all rows of this measurement carry.</summary>
    public string Run { get; } = Guid.NewGuid().ToString("N");

    /// <summary>A number no other row has.</summary>
    public long NextRow() => Interlocked.Increment(ref _last);

    /// <summary>The server acknowledged this row.</summary>
    public void Acknowledge(long row, double momentMs)
    {
        lock (_gate) _acknowledged[row] = momentMs;
    }

    /// <summary>How many rows were promised.</summary>
    public int Acknowledged => Promised(double.NegativeInfinity).Count;

    /// <summary>How many rows were promised since a moment.</summary>
    public int AcknowledgedSince(double momentMs) => Promised(momentMs).Count;

    /// <summary>How many of the rows promised since a moment this node's database has, asked inside the node.</summary>
    public int PresentIn(NodeMachine node, double sinceMs)
    {
        var answer = node.Run("mariadb", "--batch", "--skip-column-names", "--execute", $"SELECT seq FROM lab.probe WHERE run = '{Run}'");
        var present = answer.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse);
        return present.Count(Promised(sinceMs).Contains);
    }

    private HashSet<long> Promised(double sinceMs)
    {
        lock (_gate) return [.. _acknowledged.Where(row => row.Value >= sinceMs).Select(row => row.Key)];
    }
}
