using System.Buffers.Text;
using System.Net.Sockets;
using Appliance.Core.Layers;

namespace Appliance.Drivers.Probes.Asterisk;

/// <summary>
/// Asterisk's control socket, as <c>asterisk -rx</c> uses it: it greets with HOST/PID/VERSION, takes commands that end with a zero byte,
/// and closes after those that came behind "cli quit after". Tells calls, channels and how many tasks wait in the PJSIP task processors.
/// </summary>
internal sealed class CliLayer(string path)
{
    private const string Question = "cli quit after core show channels count\0core show taskprocessors like pjsip\0";

    /// <summary>Asks once; comes back by the deadline.</summary>
    public LayerReport Ask(TimeSpan timeout)
    {
        try
        {
            return Converse(Deadline.After(timeout));
        }
        catch (IOException fault)
        {
            return new LayerReport(LayerState.Fails, fault.Message);
        }
    }

    private LayerReport Converse(Deadline until)
    {
        using var connection = LineConnection.Open(new UnixDomainSocketEndPoint(path), path, until);
        var greeting = connection.ReadLine("greeting", until);
        if (greeting.Count((byte)'/') < 2)
            throw new ProbeFault($"{path} greets with \"{AmiMessage.Printable(greeting)}\"; expected HOST/PID/VERSION of Asterisk");
        connection.Send(Question, until);
        int? calls = null, channels = null, queued = null;
        while (connection.TryReadLine("answer to core show channels count", until, out var line))
        {
            channels ??= CountOf(line, " active channel"u8);
            calls ??= CountOf(line, " active call"u8);
            if (QueueOf(line) is { } waiting) queued = Math.Max(queued ?? 0, waiting);
        }

        if (calls is null || channels is null)
            throw new ProbeFault($"{path} closed the connection without an answer to core show channels count");
        return new LayerReport(LayerState.Answers, "answers", new AsteriskFacts(calls, channels, null, null, queued));
    }

    /// <summary>The number a line begins with, if the words follow it.</summary>
    internal static int? CountOf(ReadOnlySpan<byte> line, ReadOnlySpan<byte> words) =>
        Utf8Parser.TryParse(line, out int count, out var used) && count >= 0 && line[used..].StartsWith(words) ? count : null;

    /// <summary>"pjsip/NAME PROCESSED QUEUED …": the third column.</summary>
    internal static int? QueueOf(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("pjsip/"u8)) return null;
        for (var column = 0; column < 2; column++)
        {
            var space = line.IndexOf((byte)' ');
            if (space < 0) return null;
            line = line[space..].TrimStart((byte)' ');
        }

        return Utf8Parser.TryParse(line, out int queued, out var used) && queued >= 0 && (used == line.Length || line[used] == ' ') ? queued
            : null;
    }
}
