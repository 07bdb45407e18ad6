using System.Globalization;
using System.Text;

namespace Appliance.Drivers.Probes;

/// <summary>An OPTIONS request and the check whether a datagram is its final reply (RFC 3261 §8.1.1, §11, §17.1.3).</summary>
public sealed class SipOptions
{
    private const string Magic = "z9hG4bK"; // RFC 3261 §8.1.1.7: marks a branch that identifies its transaction.
    private readonly string _branch;
    private readonly string _callId;
    private readonly uint _sequence;

    /// <param name="local">Own address and port as they appear in Via.</param>
    /// <param name="remote">Asked address and port.</param>
    /// <param name="token">Unlike any other of this process: makes branch, tag and Call-ID unique.</param>
    /// <param name="sequence">CSeq.</param>
    public SipOptions(string local, string remote, string token, uint sequence)
    {
        (_branch, _callId, _sequence) = ($"{Magic}-appliance-{token}", $"{token}@appliance", sequence);
        var text = new StringBuilder(512);
        text.Append(CultureInfo.InvariantCulture, $"OPTIONS sip:probe@{remote} SIP/2.0\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Via: SIP/2.0/UDP {local};branch={_branch};rport\r\n");
        text.Append("Max-Forwards: 1\r\n");
        text.Append(CultureInfo.InvariantCulture, $"From: <sip:appliance@{local}>;tag={token}\r\n");
        text.Append(CultureInfo.InvariantCulture, $"To: <sip:probe@{remote}>\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Call-ID: {_callId}\r\n");
        text.Append(CultureInfo.InvariantCulture, $"CSeq: {sequence} OPTIONS\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Contact: <sip:appliance@{local}>\r\n");
        text.Append("User-Agent: appliance-probe\r\nAccept: application/sdp\r\nContent-Length: 0\r\n\r\n");
        Bytes = Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>The datagram to send.</summary>
    public byte[] Bytes { get; }

    /// <summary>The status code (200–699) if the datagram is the final reply to this request; 0 if it is anything else. Never
    /// throws.</summary>
    public int FinalStatus(ReadOnlySpan<byte> datagram)
    {
        var text = Encoding.Latin1.GetString(datagram);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var lines = (end < 0 ? text : text[..end]).Split("\r\n");
        var status = Status(lines[0]);
        return status >= 200 && Belongs(lines) ? status : 0;
    }

    private static int Status(string line)
    {
        var words = line.Split(' ', 3);
        if (words.Length < 2 || words[0] != "SIP/2.0" || words[1].Length != 3) return 0;
        return int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code is >= 100 and <= 699 ? code
            : 0;
    }

    private bool Belongs(string[] lines) =>
        Header(lines, "Call-ID", "i") == _callId
        && string.Join(' ', (Header(lines, "CSeq", null) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)) == $"{_sequence} OPTIONS"
        && (Header(lines, "Via", "v") ?? "").Split(';').Any(part => part.Trim() == $"branch={_branch}");

    /// <summary>The first header of that name; names are case-insensitive and have a compact form.</summary>
    private static string? Header(string[] lines, string name, string? compact)
    {
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0) continue;
            var found = line.AsSpan(0, colon).Trim();
            if (found.Equals(name, StringComparison.OrdinalIgnoreCase)
                || (compact is not null && found.Equals(compact, StringComparison.OrdinalIgnoreCase)))
                return line[(colon + 1)..].Trim();
        }

        return null;
    }
}
