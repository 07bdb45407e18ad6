using System.Globalization;
using System.Net;
using System.Text;
using Appliance.Drivers.Relay.Network;

namespace Appliance.Drivers.Relay.Simulated;

/// <summary>How a simulated bero*fos protects its pages.</summary>
public enum BerofosLogin
{
    None,
    Basic,
    Digest,
}

/// <summary>The twin of a beroNet bero*fos: its settings, its pages, its datagrams. Faults it models: refuses, another device's pages,
/// garbage, a welded switch (<see cref="SimulatedContacts.Stuck"/>).</summary>
public sealed class SimulatedBerofos
{
    private const string Nonce = "6e6f6e6365";
    private const string Realm = "berofos";

    /// <summary>On: A and B are joined.</summary>
    public SimulatedContacts Contacts { get; } = new(1);

    public int Scenario { get; set; }

    /// <summary>0 off, 1 on, 2 it has failed over by itself.</summary>
    public int WatchdogState { get; set; }

    public int Kicks { get; private set; }

    public BerofosLogin Login { get; set; }

    public string Password { get; set; } = "berofos";

    /// <summary>Some other web server has its address.</summary>
    public bool IsAnother { get; set; }

    public bool Refuses { get; set; }

    public bool Garbage { get; set; }

    public BerofosIdentity Identity { get; set; } =
        new([0x00, 0x19, 0x32, 0x00, 0x12, 0x1D], 0x0050, "1.3", IPAddress.Parse("192.168.0.2"), 80, false);

    public string LastCommand { get; private set; } = "";

    /// <summary>Answers the head of a request.</summary>
    public byte[] Answer(string head)
    {
        LastCommand = "";
        var line = head.Split("\r\n")[0].Split(' ');
        if (Garbage) return Encoding.ASCII.GetBytes("SSH-2.0-dropbear\r\n");
        if (line.Length != 3 || line[0] != "GET") return Page(400, "what?");
        if (Refuses) return Page(500, "");
        if (IsAnother) return line[1] == "/" ? Page(200, "<html>printer</html>") : Page(404, "no such page");
        if (!IsLoggedIn(head, line[1])) return Page(401, "", Challenge());
        return line[1] == "/config.txt" ? Page(200, Settings()) : line[1].StartsWith("/?", StringComparison.Ordinal)
            ? Perform(line[1][2..]) : Page(404, "");
    }

    /// <summary>Answers a datagram of beroNet's protocol; null: not for us.</summary>
    public byte[]? Hear(ReadOnlySpan<byte> frame)
    {
        if (GblFrames.TryPayload(frame, GblFrames.GetIdentity, out _))
            return GblFrames.Make(GblFrames.GetIdentity, GblFrames.Identity(Identity));
        if (GblFrames.TryPayload(frame, GblFrames.Ping, out var ping) && IsOurs(ping)) return GblFrames.Make(GblFrames.Ping, ping);
        if (!GblFrames.TryPayload(frame, GblFrames.KickWatchdog, out var kick) || !IsOurs(kick)) return null;
        Kicks++;
        return GblFrames.Make(GblFrames.KickWatchdog, kick);
    }

    private bool IsOurs(ReadOnlySpan<byte> payload) =>
        payload.Length >= GblFrames.MacBytes && payload[..GblFrames.MacBytes].SequenceEqual(Identity.Mac);

    private byte[] Perform(string query)
    {
        var words = query.Split('&').Select(pair => pair.Split('=')).Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1]);
        switch (words.GetValueOrDefault("cmd"))
        {
            case "4" when words.GetValueOrDefault("mode") is "0" or "1":
                Contacts[0] = words["mode"] == "1";
                break;
            case "6" when words.GetValueOrDefault("wen") is "0" or "1":
                WatchdogState = words["wen"] == "1" ? 1 : 0;
                break;
            case "1" when words.GetValueOrDefault("sz") is "0" or "1":
                Scenario = words["sz"] == "1" ? 1 : 0;
                break;
            default:
                return Page(400, "");
        }

        LastCommand = query;
        return Page(200, "<html>ok</html>");
    }

    private string Settings() => string.Create(CultureInfo.InvariantCulture,
        $"bnfos_confmap_magic=0.1\n1_sz={(Scenario == 1 ? "checked" : "")}\n1_rm=1\n3_port=80\n4_mode={(Contacts[0] ? 1 : 0)}\n"
            + $"6_wstate={WatchdogState}\n");

    private string Challenge() => Login == BerofosLogin.Basic ? $"Basic realm=\"{Realm}\""
        : $"Digest realm=\"{Realm}\", nonce=\"{Nonce}\", qop=\"auth\", opaque=\"00\"";

    private bool IsLoggedIn(string head, string target)
    {
        if (Login == BerofosLogin.None) return true;
        var header = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Authorization: ", StringComparison.Ordinal));
        if (header is null) return false;
        var expected = HttpLogin.Answer(Challenge(), "admin", Password, target, Part(header, "cnonce"));
        return Login == BerofosLogin.Basic ? header["Authorization: ".Length..] == expected
            : Part(header, "response") == Part(expected!, "response");
    }

    private static string Part(string header, string name) => header.Split($" {name}=\"") is [_, var rest] ? rest.Split('"')[0] : "";

    private static byte[] Page(int status, string body, string challenge = "") => Encoding.ASCII.GetBytes(
        $"HTTP/1.0 {status} X\r\nServer: bnfos\r\n{(challenge.Length > 0 ? $"WWW-Authenticate: {challenge}\r\n" : "")}"
            + $"Content-Length: {body.Length}\r\n\r\n{body}");
}
