using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Appliance.Drivers.Relay.Network;

/// <summary>What a small web server answered.</summary>
/// <param name="Status">200, 401, …</param>
/// <param name="Challenge">Of a 401: how it wants us to log in; else empty.</param>
internal sealed record HttpAnswer(int Status, string Challenge, string Body);

/// <summary>
/// One GET to a small web server: bounded in time, bounded in bytes, a connection each. The framework's client would do, too, for several
/// megabytes and a pool of connections that a box with room for two does not like.
/// </summary>
internal static class HttpGet
{
    private const int AnswerMax = 64 << 10;

    /// <param name="authorization">The header's value, or empty.</param>
    /// <exception cref="RelayTrouble">No answer, or none that is HTTP.</exception>
    public static HttpAnswer Ask(IPEndPoint server, string target, string authorization, string place, RelayDeadline deadline)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var request = Encoding.ASCII.GetBytes($"GET {target} HTTP/1.0\r\nHost: {server}\r\nConnection: close\r\n"
            + (authorization.Length > 0 ? $"Authorization: {authorization}\r\n" : "") + "\r\n");
        try
        {
            deadline.Check(place);
            socket.ConnectAsync(server, deadline.Token).AsTask().GetAwaiter().GetResult();
            socket.SendAsync(request, deadline.Token).AsTask().GetAwaiter().GetResult();
            return Parse(ReadAll(socket, place, deadline), place);
        }
        catch (OperationCanceledException)
        {
            deadline.Check($"{place} does not answer");
            throw new RelayTrouble(RelayFault.Silent, $"{place} does not answer");
        }
        catch (SocketException fault)
        {
            throw new RelayTrouble(fault.SocketErrorCode switch
            {
                SocketError.ConnectionRefused or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown
                    or SocketError.TimedOut => RelayFault.Missing,
                SocketError.AccessDenied => RelayFault.Forbidden,
                _ => RelayFault.Vanished,
            }, $"{place} port {server.Port}: {fault.Message}; is it on, and is the network between us?");
        }
    }

    /// <summary>Takes an answer apart; never throws anything but trouble.</summary>
    internal static HttpAnswer Parse(ReadOnlySpan<byte> answer, string place)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        var head = Encoding.ASCII.GetString(end < 0 ? answer : answer[..end]).Split("\r\n");
        var first = head[0].Split(' ', 3);
        if (end < 0 || first.Length < 2 || !first[0].StartsWith("HTTP/1.", StringComparison.Ordinal) || first[1].Length != 3
            || !int.TryParse(first[1], NumberStyles.None, CultureInfo.InvariantCulture, out var status))
            throw new RelayTrouble(RelayFault.Garbage, $"{place}: found the answer {Shown.Of(answer)}; expected HTTP");
        var body = answer[(end + 4)..];
        if (Header(head, "Content-Length") is { Length: > 0 } length)
        {
            if (!int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) || bytes > body.Length)
                throw new RelayTrouble(RelayFault.Garbage,
                    $"{place}: found {body.Length} bytes of a page of {Shown.Of(Encoding.ASCII.GetBytes(length))}");
            body = body[..bytes];
        }

        return new HttpAnswer(status, status == 401 ? Header(head, "WWW-Authenticate") : "", Encoding.Latin1.GetString(body));
    }

    private static string Header(string[] head, string name) =>
        head.FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)) is { } line
            ? line[(name.Length + 1)..].Trim() : "";

    private static byte[] ReadAll(Socket socket, string place, RelayDeadline deadline)
    {
        var answer = new byte[AnswerMax + 1];
        var taken = 0;
        while (taken < answer.Length)
        {
            var count = socket.ReceiveAsync(answer.AsMemory(taken), deadline.Token).AsTask().GetAwaiter().GetResult();
            if (count == 0) return answer[..taken];
            taken += count;
            // A server that keeps the connection open in spite of us has said how long its page is.
            if (IsComplete(answer.AsSpan(0, taken))) return answer[..taken];
        }

        throw new RelayTrouble(RelayFault.Endless,
            $"{place}: its page did not end within {AnswerMax} bytes; is another device at this address?");
    }

    private static bool IsComplete(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        var length = Header(Encoding.ASCII.GetString(answer[..end]).Split("\r\n"), "Content-Length");
        return int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && answer.Length - end - 4 >= bytes;
    }
}
