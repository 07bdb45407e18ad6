using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Appliance.Drivers.Probes;

/// <summary>Where and as whom to ask the database.</summary>
/// <param name="Socket">Unix socket; empty: TCP to <paramref name="Host"/>.</param>
/// <param name="User">Empty: the user the agent runs as (Debian lets root in over the socket without a password).</param>
/// <param name="PasswordFile">Its first line is the password; empty: none.</param>
public sealed record MysqlTarget(string Socket, string Host, int Port, string User, string PasswordFile);

/// <summary>
/// Connects and asks SELECT 1. The library blocks with timeouts of whole seconds, several in a row when the server hangs in the
/// handshake; so it works on a thread of its own and a question that outlives its deadline counts as a miss and is not asked twice.
/// A server that refuses the user lives: killing it would not help.
/// </summary>
public sealed class MysqlProbe : IProbe
{
    private readonly MysqlTarget _target;
    private readonly Thread _thread;
    private readonly SemaphoreSlim _asked = new(0);
    private readonly SemaphoreSlim _answered = new(0);
    private volatile bool _stopped;
    private volatile bool _busy;
    private (bool Healthy, string Text) _answer;
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
                false, Stopwatch.GetElapsedTime(start), $"no answer to SELECT 1 within {timeout.TotalMilliseconds:0} ms");
        var (healthy, text) = _answer;
        return new ProbeAnswer(healthy, Stopwatch.GetElapsedTime(start), text);
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

    private (bool Healthy, string Text) Question()
    {
        try
        {
            var handle = MariaDbLibrary.mysql_init(0);
            if (handle == 0) return (false, "libmariadb: out of memory");
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
            return (false, "libmariadb.so.3 is missing: apt install libmariadb3");
        }
        catch (IOException fault)
        {
            return (false, $"password file {_target.PasswordFile}: {fault.Message}");
        }
    }

    private unsafe (bool Healthy, string Text) Converse(nint handle)
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
        if (MariaDbLibrary.mysql_query(handle, "SELECT 1") != 0) return Refused(handle);
        var result = MariaDbLibrary.mysql_store_result(handle);
        if (result == 0) return Refused(handle);
        var rows = MariaDbLibrary.mysql_num_rows(result);
        MariaDbLibrary.mysql_free_result(result);
        return rows == 1 ? (true, "SELECT 1 answered") : (false, $"SELECT 1 gave {rows} rows");
    }

    private static (bool Healthy, string Text) Refused(nint handle)
    {
        var number = MariaDbLibrary.mysql_errno(handle);
        var words = Marshal.PtrToStringUTF8(MariaDbLibrary.mysql_error(handle)) ?? "";
        var alive = number is MariaDbLibrary.AccessDenied or MariaDbLibrary.AccessDeniedNoPassword;
        return (alive, alive ? $"answers, but refuses the probe's user: {words}" : $"{words} ({number})");
    }

    private string? Password() =>
        _target.PasswordFile.Length == 0 ? null : File.ReadLines(_target.PasswordFile).FirstOrDefault("").TrimEnd();

    public void Dispose()
    {
        _stopped = true;
        _asked.Release();
    }
}
