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

    /// <summary>The rows promised in a span of time.</summary>
    public IReadOnlySet<long> Promised(double fromMs, double untilMs)
    {
        lock (_gate) return _acknowledged.Where(row => row.Value >= fromMs && row.Value <= untilMs).Select(row => row.Key).ToHashSet();
    }

    /// <summary>The rows of this measurement that a node's database has, asked inside the node.</summary>
    public IReadOnlySet<long> PresentIn(NodeMachine node)
    {
        var answer = node.Run("mariadb", "--batch", "--skip-column-names", "--execute", $"SELECT seq FROM lab.probe WHERE run = '{Run}'");
        return answer.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse).ToHashSet();
    }
}
