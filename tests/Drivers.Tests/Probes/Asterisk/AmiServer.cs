using System.Net.Sockets;
using System.Text;

namespace Appliance.Drivers.Tests.Probes.Asterisk;

/// <summary>A manager that answers as Asterisk 22 does, but for what a test changes.</summary>
internal sealed class AmiServer : IDisposable
{
    private readonly HostileServer _server;

    /// <param name="change">Given the action and its id, the bytes to send instead; null: as Asterisk does; empty: the connection is
    /// closed.</param>
    public AmiServer(Func<string, string, string?>? change = null, string greeting = "Asterisk Call Manager/11.0.0\r\n", int chunk = 65536)
    {
        _server = HostileServer.Tcp((client, stopped) =>
        {
            Connections++;
            try
            {
                Send(client, greeting, chunk);
                Converse(client, change ?? ((_, _) => null), chunk);
            }
            catch (SocketException)
            {
                // The probe closed its end.
            }
        });
    }

    public int Port => _server.Port;

    public int Connections { get; private set; }

    public List<string> Actions { get; } = [];

    public void Dispose() => _server.Dispose();

    private void Converse(Socket client, Func<string, string, string?> change, int chunk)
    {
        var (text, bytes) = ("", new byte[4096]);
        while (client.Receive(bytes) is var count and > 0)
        {
            text += Encoding.UTF8.GetString(bytes, 0, count);
            for (var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal); end >= 0;
                end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal))
            {
                var (action, id) = (Value(text[..end], "Action"), Value(text[..end], "ActionID"));
                lock (Actions) Actions.Add(action);
                text = text[(end + 4)..];
                var answer = change(action, id) ?? Usual(action, id);
                if (answer.Length == 0) return;
                Send(client, answer, chunk);
            }
        }
    }

    private static string Usual(string action, string id) => action switch
    {
        "Login" => $"Response: Success\r\nActionID: {id}\r\nMessage: Authentication accepted\r\n\r\n",
        "Ping" => $"Response: Success\r\nActionID: {id}\r\nPing: Pong\r\nTimestamp: 1795322724.333309\r\n\r\n",
        "Status" => $"Response: Success\r\nActionID: {id}\r\nEventList: start\r\nMessage: Channel status will follow\r\n\r\n"
            + $"Event: Status\r\nActionID: {id}\r\nChannel: PJSIP/10-1\r\n\r\n"
            + $"Event: Status\r\nActionID: {id}\r\nChannel: PJSIP/11-2\r\n\r\n"
            + $"Event: StatusComplete\r\nActionID: {id}\r\nEventList: Complete\r\nListItems: 2\r\nItems: 2\r\n\r\n",
        "PJSIPShowRegistrationsOutbound" => $"Response: Success\r\nActionID: {id}\r\nEventList: start\r\n\r\n"
            + $"Event: OutboundRegistrationDetailComplete\r\nActionID: {id}\r\nEventList: Complete\r\nListItems: 4\r\nRegistered: 3\r\n"
            + "NotRegistered: 1\r\n\r\n",
        _ => $"Response: Error\r\nActionID: {id}\r\nMessage: Invalid/unknown command\r\n\r\n",
    };

    private static string Value(string message, string key) => message.Split("\r\n")
        .FirstOrDefault(line => line.StartsWith($"{key}: ", StringComparison.Ordinal), "")[Math.Min(message.Length, key.Length + 2)..];

    private static void Send(Socket client, string text, int chunk)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        for (var at = 0; at < bytes.Length; at += chunk) client.Send(bytes.AsSpan(at, Math.Min(chunk, bytes.Length - at)));
    }
}
