using System.Globalization;
using System.Net;
using Appliance.Drivers.Probes.Asterisk;

namespace Appliance.Drivers.Probes;

/// <summary>
/// One GET of HTTP/1.1 (RFC 9112) and the status of its answer. Only the status line is read: what follows may be of any length. Interim
/// answers (1xx) are passed over.
/// </summary>
/// <param name="path">Begins with "/"; printable ASCII without blanks.</param>
/// <param name="status">The one that is health.</param>
public sealed class HttpProbe(IPAddress address, int port, string path, int status) : IProbe
{
    private readonly IPEndPoint _to = new(address, port);

    public ProbeAnswer Ask(TimeSpan timeout)
    {
        var until = Deadline.After(timeout);
        try
        {
            var found = Converse(until);
            return found == status
                ? new ProbeAnswer(true, until.Elapsed, $"HTTP {found}")
                : new ProbeAnswer(false, until.Elapsed, $"http://{_to}{path} answers {found}; expected {status}");
        }
        catch (ProbeFault fault)
        {
            return new ProbeAnswer(false, until.Elapsed, fault.Message);
        }
    }

    public void Dispose()
    {
    }

    private int Converse(Deadline until)
    {
        using var connection = LineConnection.Open(_to, _to.ToString(), until);
        connection.Send(
            $"GET {path} HTTP/1.1\r\nHost: {_to}\r\nUser-Agent: appliance-probe\r\nAccept: */*\r\nConnection: close\r\n\r\n", until);
        while (true)
        {
            var line = connection.ReadLine("HTTP answer", until);
            var found = Status(line);
            if (found == 0) throw new ProbeFault($"{_to} answers \"{AmiMessage.Printable(line)}\"; expected a status line of HTTP/1.1");
            if (found >= 200) return found;
            while (!connection.ReadLine("end of an interim answer", until).IsEmpty)
            {
                // Its header lines.
            }
        }
    }

    /// <summary>The code of "HTTP/1.x NNN words"; 0 where it is none.</summary>
    internal static int Status(ReadOnlySpan<byte> line)
    {
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || line[7] is < (byte)'0' or > (byte)'9' || line[8] != ' ') return 0;
        if (line.Length > 12 && line[12] != ' ') return 0;
        return int.TryParse(line.Slice(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code is >= 100 and <= 599
            ? code : 0;
    }
}
