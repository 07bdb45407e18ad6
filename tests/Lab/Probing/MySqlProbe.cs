using System.Net;
using System.Net.Sockets;
using Appliance.Lab.Host;
using Appliance.Lab.Setup;

namespace Appliance.Lab.Probing;

/// <summary>Connects to the database anew and commits one numbered row. Good is only what the server acknowledged.</summary>
public sealed class MySqlProbe(RowLedger ledger) : IProbe
{
    private const int MySqlPort = 3306;
    private static readonly IPEndPoint Server = new(IPAddress.Parse(NodePlan.ServiceAddress), MySqlPort);

    /// <inheritdoc/>
    public ProbeKind Kind => ProbeKind.MySql;

    /// <inheritdoc/>
    public bool Ask(TimeSpan limit)
    {
        var row = ledger.NextRow();
        using var connection = new MySqlConnection(new Deadline(limit));
        try
        {
            if (!connection.TryOpen(Server, "probe", "probe", "lab")) return false;
            if (!connection.TryExecute($"INSERT INTO probe (run, seq) VALUES ('{ledger.Run}', {row})")) return false;
        }
        catch (SocketException)
        {
            return false; // Cut off in the middle: not acknowledged.
        }
        ledger.Acknowledge(row, MonotonicClock.NowMs);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Each attempt has a connection of its own.
    }
}
