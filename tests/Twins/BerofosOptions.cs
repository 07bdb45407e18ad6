using System.Net;
using Appliance.Drivers.Relay.Simulated;

namespace Appliance.Twins;

/// <summary>What the command line says about a simulated bero*fos.</summary>
internal sealed class BerofosOptions
{
    public SimulatedBerofos Box { get; } = new();

    public IPEndPoint? Listen { get; private set; }

    /// <summary>UDP port of beroNet's protocol.</summary>
    public int GblPort { get; private set; } = 50123;

    public string? Position { get; private set; }

    public bool Quiet { get; private set; }

    public bool Hangs { get; private set; }

    public bool Endless { get; private set; }

    public TimeSpan Late { get; private set; }

    /// <summary>Null and a sentence when the line cannot be understood.</summary>
    public static BerofosOptions? Read(string[] arguments, out string problem)
    {
        var options = new BerofosOptions();
        if (!TwinArguments.Read(arguments, name => name == "--quiet" && (options.Quiet = true), options.Take, out problem)) return null;
        if (options.Listen is not null) return options;
        problem = "--listen ADDRESS:PORT is missing";
        return null;
    }

    private bool Take(string name, string value)
    {
        switch (name)
        {
            case "--listen" when IPEndPoint.TryParse(value, out var listen) && value.Contains(':', StringComparison.Ordinal):
                Listen = listen;
                return true;
            case "--gbl" when TwinArguments.Number(value) is >= 0 and <= 65535 and var port: GblPort = port; return true;
            case "--position" when value.Length > 0: Position = value; return true;
            case "--password" when value.Length is > 0 and <= 15: Box.Password = value; return true;
            case "--scenario" when value is "0" or "1": Box.Scenario = value[0] - '0'; return true;
            case "--login" when value is "basic" or "digest":
                Box.Login = value == "basic" ? BerofosLogin.Basic : BerofosLogin.Digest;
                return true;
            case "--fault": return TakeFault(value);
            default: return false;
        }
    }

    private bool TakeFault(string text)
    {
        var parts = text.Split('=', 2);
        switch (parts[0])
        {
            case "hangs" when parts.Length == 1: return Hangs = true;
            case "endless" when parts.Length == 1: return Endless = true;
            case "garbage" when parts.Length == 1: return Box.Garbage = true;
            case "another" when parts.Length == 1: return Box.IsAnother = true;
            case "refuses" when parts.Length == 1: return Box.Refuses = true;
            case "welded" when parts.Length == 1: return Box.Contacts.Stuck = true;
            case "late" when parts.Length == 2 && TwinArguments.Number(parts[1]) is >= 0 and var late:
                Late = TimeSpan.FromMilliseconds(late);
                return true;
            default: return false;
        }
    }
}
