using System.Globalization;
using System.Text;

namespace Appliance.Agent.Watchdog;

/// <summary>Asks the disk whether it still takes writes: a small file, written and synced, on a thread that may hang as long as it
/// likes.</summary>
internal sealed class DiskProbe : IDisposable
{
    private const int StackBytes = 128 << 10;
    private readonly string _path;
    private readonly Action<string> _warn;
    private readonly AutoResetEvent _asked = new(false);
    private readonly Thread _thread;
    private volatile bool _ends;
    private long _answers;
    private string _told = "";

    /// <param name="folder">Where the file is written.</param>
    /// <param name="warn">Told once when the disk answers with an error, and when it does not any more.</param>
    public DiskProbe(string folder, Action<string> warn)
    {
        (_path, _warn) = (Path.Combine(folder, "watchdog.probe"), warn);
        _thread = new Thread(Run, StackBytes) { IsBackground = true, Name = "disk probe" };
        _thread.Start();
    }

    /// <summary>Probes that came back, well or with an error.</summary>
    public long Answers => Volatile.Read(ref _answers);

    /// <summary>Begins a probe when none is under way. Returns at once.</summary>
    public void Ask() => _asked.Set();

    /// <summary>Does not wait: a probe may be hanging.</summary>
    public void Dispose()
    {
        _ends = true;
        _asked.Set();
    }

    private void Run()
    {
        while (true)
        {
            _asked.WaitOne();
            if (_ends) return;
            var problem = Probe();
            Volatile.Write(ref _answers, _answers + 1);
            if (problem == _told) continue;
            _warn(problem.Length > 0 ? $"the disk probe {_path} fails: {problem}" : $"the disk probe {_path} works again");
            _told = problem;
        }
    }

    private string Probe()
    {
        try
        {
            using var file = File.OpenHandle(_path, FileMode.Create, FileAccess.Write);
            RandomAccess.Write(file, Encoding.ASCII.GetBytes(Answers.ToString(CultureInfo.InvariantCulture)), 0);
            RandomAccess.FlushToDisk(file);
            return "";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return fault.Message;
        }
    }
}
