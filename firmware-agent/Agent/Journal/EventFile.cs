using System.Text.Json;
using Appliance.Core;

namespace Appliance.Agent.Journal;

/// <summary>
/// events.jsonl and events.jsonl.1: a line per event, appended by a thread of its own, at most two files of <see cref="BytesMax"/>.
/// A disk that is full, read-only or hung costs lines, which are counted, and nothing else.
/// </summary>
internal sealed class EventFile : IDisposable
{
    /// <summary>A file that reaches this is renamed to .1.</summary>
    public const long BytesMax = 1 << 20;

    /// <summary>Read back at start, from the end: some thousand events in some milliseconds.</summary>
    private const int TailBytes = 512 << 10;

    private const int WaitingMax = 2048;

    /// <summary>At most one fsync in this time: the state file must not queue behind news.</summary>
    private static readonly TimeSpan SyncPause = TimeSpan.FromSeconds(1);

    private readonly string _directory;
    private readonly string _path;
    private readonly Action<string> _complain;
    private readonly Queue<EventView> _waiting = new();
    private readonly Thread _writer;
    private FileStream? _file;
    private bool _stopping;
    private bool _failing;
    private long _lost;
    private long _syncedAt;

    public EventFile(string directory, Action<string> complain)
    {
        (_directory, _complain) = (directory, complain);
        _path = Path.Combine(directory, "events.jsonl");
        _writer = new Thread(Write, Limits.ThreadStackBytes) { IsBackground = true, Name = "events" };
        _writer.Start();
    }

    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>The events of an earlier run, oldest first. Torn or foreign lines are left out.</summary>
    public IReadOnlyList<EventView> ReadTail()
    {
        var events = new List<EventView>();
        var newest = Tail(_path, TailBytes);
        Parse(Tail(_path + ".1", TailBytes - newest.Length), events);
        Parse(newest, events);
        return events;
    }

    private static byte[] Tail(string path, int bytesMax)
    {
        try
        {
            if (bytesMax <= 0 || !File.Exists(path)) return [];
            using var file = File.OpenRead(path);
            file.Position = Math.Max(0, file.Length - bytesMax);
            var tail = new byte[file.Length - file.Position];
            file.ReadExactly(tail);
            // The first line was cut in two unless we read from the beginning.
            return file.Length <= bytesMax ? tail : tail[(Array.IndexOf(tail, (byte)'\n') + 1)..];
        }
        catch (Exception world) when (world is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static void Parse(ReadOnlySpan<byte> lines, List<EventView> events)
    {
        foreach (var range in lines.Split((byte)'\n'))
        {
            var line = lines[range];
            if (line.IsEmpty || line[0] != (byte)'{') continue;
            try
            {
                var old = JsonSerializer.Deserialize(line, EventJson.Readable.EventView);
                if (old is { Text: not null, Kind: not null, Node: not null, At: not null }) events.Add(old);
            }
            catch (JsonException)
            {
                // Torn by a power cut, or not ours.
            }
        }
    }

    /// <summary>Queues an event. Never waits for the disk.</summary>
    public void Append(EventView happened)
    {
        lock (_waiting)
        {
            if (_waiting.Count >= WaitingMax)
            {
                Interlocked.Increment(ref _lost);
                return;
            }

            _waiting.Enqueue(happened);
            Monitor.Pulse(_waiting);
        }
    }

    private void Write()
    {
        while (TakeBatch() is { Count: > 0 } batch)
        {
            try
            {
                WriteBatch(batch);
                Recovered();
            }
            catch (Exception world) when (world is IOException or UnauthorizedAccessException)
            {
                Failed(batch.Count, world.Message);
            }
        }

        _file?.Dispose();
    }

    /// <summary>Empty only when closing.</summary>
    private List<EventView> TakeBatch()
    {
        lock (_waiting)
        {
            while (_waiting.Count == 0 && !_stopping) Monitor.Wait(_waiting);
            var batch = _waiting.ToList();
            _waiting.Clear();
            return batch;
        }
    }

    private void WriteBatch(List<EventView> batch)
    {
        _file ??= Open();
        foreach (var happened in batch)
        {
            _file.Write(JsonSerializer.SerializeToUtf8Bytes(happened, EventJson.Readable.EventView));
            _file.WriteByte((byte)'\n');
        }

        var now = Environment.TickCount64;
        var syncDue = now - _syncedAt >= SyncPause.TotalMilliseconds;
        _file.Flush(flushToDisk: syncDue);
        if (syncDue) _syncedAt = now;
        if (_file.Length >= BytesMax) Rotate();
    }

    private FileStream Open()
    {
        Directory.CreateDirectory(_directory);
        var file = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 16 << 10);
        if (file.Length == 0) return file;
        // A power cut may have torn the last line: what follows must begin on its own.
        file.Position = file.Length - 1;
        var isWhole = file.ReadByte() == '\n';
        if (!isWhole) file.WriteByte((byte)'\n');
        return file;
    }

    private void Rotate()
    {
        _file!.Dispose();
        _file = null;
        File.Move(_path, _path + ".1", overwrite: true);
    }

    private void Failed(int count, string why)
    {
        Interlocked.Add(ref _lost, count);
        Close();
        if (_failing) return;
        _failing = true;
        _complain($"events cannot be written to {_path}: {why}; they are kept in memory only (is the disk full or read-only?)");
    }

    /// <summary>The next batch opens the file again: the directory may have been mounted or made writable meanwhile.</summary>
    private void Close()
    {
        try
        {
            _file?.Dispose();
        }
        catch (IOException)
        {
            // What was buffered is lost; it is counted already.
        }

        _file = null;
    }

    private void Recovered()
    {
        if (!_failing) return;
        _failing = false;
        _complain($"events are written to {_path} again; {Lost} were lost");
    }

    /// <summary>Writes what waits, for at most two seconds.</summary>
    public void Dispose()
    {
        lock (_waiting)
        {
            _stopping = true;
            Monitor.Pulse(_waiting);
        }

        _writer.Join(TimeSpan.FromSeconds(2));
    }
}
