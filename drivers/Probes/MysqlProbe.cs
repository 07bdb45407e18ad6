using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Appliance.Drivers.Probes;

/// <summary>Where and as whom to ask the database.</summary>
/// <param name="Socket">Unix socket; empty: TCP to <paramref name="Host"/>.</param>
/// <param name="User">Empty: the user the agent runs as (Debian lets root in over the socket without a password).</param>
/// <param name="PasswordFile">Its first line is the password; empty: none.</param>
/// <param name="Write">Also commits a row in a schema of its own.</param>
public sealed record MysqlTarget(string Socket, string Host, int Port, string User, string PasswordFile, bool Write = false);

/// <summary>
/// Connects, asks SELECT 1 and where wanted writes a row. The library blocks with timeouts of whole seconds, several in a row when the
/// server hangs in the handshake; so it works on a thread of its own and a question that outlives its deadline counts as a miss and is
/// not asked twice. A server that refuses the user lives: killing it would not help. No more would it help one that is told to be
/// read-only or whose disk is full, and the replica's other copy is as full. That is told. A write that does not come back in time is a
/// miss.
/// </summary>
public sealed class MysqlProbe : IProbe
{
    /// <summary>Less than this in the server's directory is as good as nothing, bytes.</summary>
    private const long RoomLeast = 16 << 20;

    private readonly MysqlTarget _target;
    private readonly Thread _thread;
    private readonly SemaphoreSlim _asked = new(0);
    private readonly SemaphoreSlim _answered = new(0);
    private volatile bool _stopped;
    private volatile bool _busy;
    private volatile string _step = "";
    private volatile Answer _answer = new(false, "");
    private uint _seconds;

    public MysqlProbe(MysqlTarget target)
    {
        _target = target;
        _thread = new Thread(Work, 512 << 10) { IsBackground = true, Name = "mysql probe" };
        _thread.Start();
    }

    public ProbeAnswer Ask(TimeSpan timeout)
    {
        var start = Stopwatch.GetTimestamp();
        if (_busy && !_answered.Wait(timeout))
            return new ProbeAnswer(false, timeout, "the server still has not answered an earlier question");
        _busy = true;
        while (_answered.Wait(0))
        {
            // An answer that came after its deadline belongs to nobody.
        }

        _seconds = (uint)Math.Max(1, Math.Ceiling(timeout.TotalSeconds));
        _asked.Release();
        var left = timeout - Stopwatch.GetElapsedTime(start);
        if (!_answered.Wait(left > TimeSpan.Zero ? left : TimeSpan.Zero))
            return new ProbeAnswer(
                false, Stopwatch.GetElapsedTime(start), $"no answer to {_step} within {timeout.TotalMilliseconds:0} ms");
        var answer = _answer;
        return new ProbeAnswer(answer.Healthy, Stopwatch.GetElapsedTime(start), answer.Text) { Notable = answer.Notable };
    }

    private void Work()
    {
        while (true)
        {
            _asked.Wait();
            if (_stopped) return;
            _answer = Question();
            _busy = false;
            _answered.Release();
        }
    }

    private Answer Question()
    {
        _step = "the connection";
        try
        {
            var handle = MariaDbLibrary.mysql_init(0);
            if (handle == 0) return new(false, "libmariadb: out of memory");
            try
            {
                return Converse(handle);
            }
            finally
            {
                MariaDbLibrary.mysql_close(handle);
            }
        }
        catch (DllNotFoundException)
        {
            return new(false, "libmariadb.so.3 is missing: apt install libmariadb3");
        }
        catch (IOException fault)
        {
            return new(false, $"password file {_target.PasswordFile}: {fault.Message}");
        }
    }

    private unsafe Answer Converse(nint handle)
    {
        var seconds = _seconds;
        byte no = 0;
        _ = MariaDbLibrary.mysql_optionsv(handle, MariaDbLibrary.ConnectTimeout, &seconds);
        _ = MariaDbLibrary.mysql_optionsv(handle, MariaDbLibrary.ReadTimeout, &seconds);
        _ = MariaDbLibrary.mysql_optionsv(handle, MariaDbLibrary.WriteTimeout, &seconds);
        // The question is whether it lives; it carries no secret but the password of a user without rights.
        _ = MariaDbLibrary.mysql_optionsv(handle, MariaDbLibrary.VerifyServerCertificate, &no);
        var local = _target.Socket.Length > 0;
        var connected = MariaDbLibrary.mysql_real_connect(
            handle, local ? null : _target.Host, _target.User.Length > 0 ? _target.User : null, Password(), null,
            (uint)_target.Port, local ? _target.Socket : null, 0);
        if (connected == 0) return Refused(handle);
        _step = "SELECT 1";
        if (MariaDbLibrary.mysql_query(handle, "SELECT 1, @@global.read_only, @@global.datadir") != 0) return Refused(handle);
        var result = MariaDbLibrary.mysql_store_result(handle);
        if (result == 0) return Refused(handle);
        var rows = MariaDbLibrary.mysql_num_rows(result);
        var row = MariaDbLibrary.mysql_num_fields(result) == 3 ? MariaDbLibrary.mysql_fetch_row(result) : null;
        var isReadOnly = row is not null && Marshal.PtrToStringUTF8((nint)row[1]) is not ("0" or "OFF");
        var data = row is null ? "" : Marshal.PtrToStringUTF8((nint)row[2]) ?? "";
        MariaDbLibrary.mysql_free_result(result);
        if (rows != 1 || row is null) return new(false, $"SELECT 1 gave {rows} rows of another shape: this is no MariaDB");
        if (isReadOnly) return new(true, "reads, but takes no writes: read_only is set", Notable: true);
        if (local && Room(data, RoomLeast) is { Length: > 0 } full) return new(true, $"reads, but {full}", Notable: true);
        return _target.Write ? Write(handle) : new(true, "SELECT 1 answered");
    }

    /// <summary>
    /// Why a local server's directory is too full; empty when it is not, or cannot be asked. InnoDB replaces the probe's row in place and
    /// would be well until the first table has to grow.
    /// </summary>
    internal static string Room(string directory, long least)
    {
        try
        {
            var free = new DriveInfo(directory).AvailableFreeSpace;
            return free >= least ? "" : $"{directory} has only {free >> 20} MiB left, make room";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "";
        }
    }

    /// <summary>Replaces one row and commits; makes schema and table only when they are missing.</summary>
    private Answer Write(nint handle)
    {
        const string Row = "REPLACE INTO appliance_probe.beat VALUES (1, CURRENT_TIMESTAMP(6))";
        _step = "a write";
        if (MariaDbLibrary.mysql_query(handle, Row) == 0) return new(true, "SELECT 1 and a write answered");
        if (MariaDbLibrary.mysql_errno(handle) is not (MariaDbLibrary.NoSchema or MariaDbLibrary.NoTable)) return Refused(handle);
        string[] statements =
        [
            "CREATE DATABASE IF NOT EXISTS appliance_probe",
            "CREATE TABLE IF NOT EXISTS appliance_probe.beat (id TINYINT PRIMARY KEY, at TIMESTAMP(6) NOT NULL) ENGINE=InnoDB",
            Row,
        ];
        foreach (var statement in statements)
            if (MariaDbLibrary.mysql_query(handle, statement) != 0) return Refused(handle);
        return new(true, "SELECT 1 and a write answered");
    }

    private static Answer Refused(nint handle)
    {
        var number = MariaDbLibrary.mysql_errno(handle);
        var words = Marshal.PtrToStringUTF8(MariaDbLibrary.mysql_error(handle)) ?? "";
        return Judge(number, words);
    }

    /// <summary>What an error of the server means for the question whether it should be restarted.</summary>
    /// <param name="words">The server's.</param>
    internal static Answer Judge(uint number, string words) => number switch
    {
        MariaDbLibrary.AccessDenied or MariaDbLibrary.AccessDeniedNoPassword or MariaDbLibrary.SchemaDenied or MariaDbLibrary.TableDenied
            or MariaDbLibrary.StatementDenied => new(true, $"answers, but refuses the probe's user: {words}", Notable: true),
        MariaDbLibrary.ReadOnlyOption or MariaDbLibrary.ReadOnlyTable or MariaDbLibrary.ReadOnlyServer =>
            new(true, $"reads, but takes no writes: {words}", Notable: true),
        MariaDbLibrary.DiskFull or MariaDbLibrary.TableFull => new(true, $"reads, but cannot write, make room: {words}", Notable: true),
        MariaDbLibrary.EngineError or MariaDbLibrary.WriteError when words.Contains("28 ", StringComparison.Ordinal)
            || words.Contains(": 28", StringComparison.Ordinal) =>
            new(true, $"reads, but cannot write, make room: {words}", Notable: true),
        _ => new(false, $"{words} ({number})"),
    };

    private string? Password() =>
        _target.PasswordFile.Length == 0 ? null : File.ReadLines(_target.PasswordFile).FirstOrDefault("").TrimEnd();

    /// <param name="Notable">Healthy, and yet people should read it.</param>
    internal sealed record Answer(bool Healthy, string Text, bool Notable = false);

    public void Dispose()
    {
        _stopped = true;
        _asked.Release();
    }
}
