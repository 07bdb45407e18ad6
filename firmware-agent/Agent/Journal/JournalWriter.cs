using System.Text;
using Appliance.Agent.Status;
using Appliance.Core.Cluster;
using Appliance.Core;

namespace Appliance.Agent.Journal;

/// <summary>
/// Writes lines to the journal (stderr under systemd) from a thread of its own: a journal that hangs delays nobody. When it hangs for
/// long, lines are dropped, counted, and the count is written once it goes on.
/// </summary>
public sealed class JournalWriter : IDisposable
{
    /// <summary>Lines waiting for the writer.</summary>
    private const int WaitingMax = 1024;

    private readonly Stream _output;
    private readonly bool _plain;
    private readonly Queue<string> _waiting = new();
    private readonly Thread _writer;
    private long _dropped;
    private bool _stopping;

    /// <param name="output">Not owned; <see cref="Console.OpenStandardError()"/> in the product.</param>
    /// <param name="plain">Sentences for a person at a terminal instead of lines for the journal.</param>
    public JournalWriter(Stream output, bool plain = false)
    {
        (_output, _plain) = (output, plain);
        _writer = new Thread(Write, Limits.ThreadStackBytes) { IsBackground = true, Name = "journal" };
        _writer.Start();
    }

    /// <summary>Something worth telling happened.</summary>
    public void Tell(Report report) => Line(JournalLine.Of(report));

    /// <summary>A line about the agent itself: how it runs, not what the cluster does.</summary>
    public void Say(JournalPriority priority, string text) =>
        Line(_plain ? $"appliance: {Words.Clean(text)}" : JournalLine.Of(priority, text));

    private void Line(string line)
    {
        lock (_waiting)
        {
            if (_waiting.Count >= WaitingMax)
            {
                _dropped++;
                return;
            }

            _waiting.Enqueue(line);
            Monitor.Pulse(_waiting);
        }
    }

    private void Write()
    {
        while (TakeBatch() is { } batch)
        {
            try
            {
                _output.Write(Encoding.UTF8.GetBytes(batch));
                _output.Flush();
            }
            catch (IOException)
            {
                // Nobody reads our stderr any more. There is no other place to say so; the event file still records what happens.
            }
        }
    }

    /// <summary>Everything that waits, as one write; null when the journal is closed and empty.</summary>
    private string? TakeBatch()
    {
        var batch = new StringBuilder();
        lock (_waiting)
        {
            while (_waiting.Count == 0 && !_stopping) Monitor.Wait(_waiting);
            if (_waiting.Count == 0) return null;
            while (_waiting.TryDequeue(out var line)) batch.Append(line).Append('\n');
            if (_dropped > 0) batch.Append(JournalLine.Of(JournalPriority.Warning, Loss(_dropped))).Append('\n');
            _dropped = 0;
        }

        return batch.ToString();
    }

    private static string Loss(long lines) => $"{lines} journal lines were dropped: the journal did not take them";

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
