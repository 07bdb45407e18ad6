using System.Net;
using System.Net.Sockets;
using Appliance.Lab.Host;
using Appliance.Lab.Setup;

namespace Appliance.Lab.Probing;

/// <summary>
/// Clients that keep the database busy through everything that happens: each commits one transaction after the other, a row and its
/// counter together, and remembers the last number that was acknowledged.
/// </summary>
public sealed class DatabaseLoad : IDisposable
{
    private const int Clients = 4;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    // The disks of both nodes hang on one host: enough to have a commit on its way at any moment, and not more.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private static readonly IPEndPoint Server = new(IPAddress.Parse(NodePlan.ServiceAddress), 3306);

    private readonly string _run = Guid.NewGuid().ToString("N");
    private readonly long[] _acknowledged = new long[Clients];
    private readonly long[] _sent = new long[Clients];
    private readonly List<Thread> _threads = [];
    private volatile bool _end;

    /// <summary>Makes the tables on the node that serves and starts the clients.</summary>
    public DatabaseLoad(LabRun lab, NodeMachine serving)
    {
        serving.Run("mariadb", "--execute", """
            CREATE TABLE IF NOT EXISTS lab.load_row (run CHAR(32), client INT, seq BIGINT, payload VARCHAR(2000),
                PRIMARY KEY (run, client, seq)) ENGINE=InnoDB;
            CREATE TABLE IF NOT EXISTS lab.load_counter (run CHAR(32), client INT, seq BIGINT, PRIMARY KEY (run, client)) ENGINE=InnoDB;
            GRANT INSERT, UPDATE, SELECT ON lab.load_row TO 'probe'@'%';
            GRANT INSERT, UPDATE, SELECT ON lab.load_counter TO 'probe'@'%';
            """);
        for (var client = 0; client < Clients; client++)
        {
            var number = client;
            _threads.Add(new Thread(() => Run(lab.Place, number)) { IsBackground = true, Name = $"database load {number}" });
        }
        foreach (var thread in _threads) thread.Start();
    }

    /// <summary>Transactions acknowledged so far.</summary>
    public long Acknowledged => Enumerable.Range(0, Clients).Sum(client => Interlocked.Read(ref _acknowledged[client]));

    /// <summary>Ends the clients.</summary>
    public void Stop()
    {
        _end = true;
        foreach (var thread in _threads) thread.Join();
    }

    /// <summary>
    /// What is wrong in the database of this node, or null. Every client's rows must be 1, 2, 3, ... without a gap up to at least the
    /// last acknowledged one, none that was never sent, and its counter must be at its last row: a transaction is there whole or not
    /// at all.
    /// </summary>
    public string? WhatIsWrongOn(NodeMachine node)
    {
        var check = node.Run("mariadb-check", "--extended", "--silent", "lab").Trim();
        if (check.Length > 0) return $"mariadb-check: {check}";
        var lines = node.Run("mariadb", "--batch", "--skip-column-names", "--execute",
            $"SELECT r.client, COUNT(*), MAX(r.seq), MIN(c.seq) FROM lab.load_row r JOIN lab.load_counter c USING (run, client) " +
            $"WHERE run = '{_run}' GROUP BY r.client").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var found = lines.Select(line => line.Split('\t').Select(long.Parse).ToArray()).ToDictionary(words => words[0]);
        for (var client = 0; client < Clients; client++)
        {
            if (!found.TryGetValue(client, out var words))
            {
                if (_acknowledged[client] == 0) continue;
                return $"client {client}: {_acknowledged[client]} transactions acknowledged, none present";
            }
            var (count, last, counter) = (words[1], words[2], words[3]);
            var (acknowledged, sent) = (_acknowledged[client], _sent[client]);
            if (last < acknowledged) return $"client {client}: {acknowledged} acknowledged, the last one present is {last}";
            if (last > sent) return $"client {client}: row {last} is there, {sent} was the last one sent";
            if (count != last) return $"client {client}: {count} rows, but the last one is number {last}";
            if (counter != last) return $"client {client}: half a transaction: the counter is at {counter}, the last row is {last}";
        }
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => Stop();

    private void Run(LabPlace place, int client)
    {
        NetworkNamespace.EnterOnThisThread(place.ClientNamespace);
        var payload = new string((char)('a' + client), 1500);
        for (var next = 1L; !_end;)
        {
            using var connection = new MySqlConnection(new Deadline(Limit));
            try
            {
                if (!connection.TryOpen(Server, "probe", "probe", "lab")) throw new SocketException();
                for (; !_end; next++)
                {
                    Interlocked.Exchange(ref _sent[client], next);
                    if (!Commit(connection, client, next, payload)) break;
                    Interlocked.Exchange(ref _acknowledged[client], next);
                    Thread.Sleep(Pause);
                }
            }
            catch (SocketException)
            {
                Thread.Sleep(100);
            }
        }
    }

    // IGNORE: the row of an unanswered attempt may be there already.
    private bool Commit(MySqlConnection connection, int client, long number, string payload)
    {
        connection.Extend(Limit);
        return connection.TryExecute("BEGIN")
            && connection.TryExecute($"INSERT IGNORE INTO load_row VALUES ('{_run}', {client}, {number}, '{payload}')")
            && connection.TryExecute($"INSERT INTO load_counter VALUES ('{_run}', {client}, {number}) " +
                $"ON DUPLICATE KEY UPDATE seq = {number}")
            && connection.TryExecute("COMMIT");
    }
}
