using System.Collections.Immutable;
using Appliance.Core.FoneBridge.Wire;

namespace Appliance.Core.FoneBridge;

/// <summary>The section [globals] while it is read.</summary>
internal sealed class RedfoneGlobals
{
    public string Host { get; private set; } = "";

    public int Port { get; private set; } = 1;

    public EthernetAddress? Server { get; private set; }

    public ImmutableArray<byte> Priorities { get; private set; } = BridgeConfig.UsualPriorities;

    public bool Pll { get; private set; } = true;

    /// <summary>Empty, or what was expected.</summary>
    public string Take(string key, string? value) => key switch
    {
        "wplloff" => NoPll(),
        "fb" => TakeHost(value!),
        "port" => TakePort(value!),
        "server" => TakeServer(value!),
        _ => TakePriorities(value!),
    };

    public IEnumerable<string> Missing(bool hasSection)
    {
        if (!hasSection) yield return "there is no [globals]";
        else if (Host.Length == 0) yield return "fb= is missing in [globals]; expected the address of the bridge";
    }

    private string NoPll()
    {
        Pll = false;
        return "";
    }

    private string TakeHost(string value)
    {
        Host = value;
        return value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '.')
            ? "" : "expected an IPv4 address or a name of letters, digits and dots";
    }

    private string TakePort(string value)
    {
        Port = value == "2" ? 2 : 1;
        return value is "1" or "2" ? "" : "expected 1 or 2";
    }

    private string TakeServer(string value)
    {
        if (!EthernetAddress.TryParse(value, out var server)) return "expected a MAC address like 02:aa:bb:cc:dd:01";
        if (server.Value == 0) return "expected the MAC address of a network card, not zeroes";
        Server = server;
        return "";
    }

    private string TakePriorities(string value)
    {
        var parts = value.Split(',');
        if (parts.Length != BridgeConfig.SpanCount || parts.Any(part => part.Length != 1 || part[0] is < '0' or > '9'))
            return "expected four digits with commas between them, like 0,1,2,3";
        Priorities = [.. parts.Select(part => (byte)(part[0] - '0'))];
        return ClockOrder.Problem(Priorities);
    }
}
