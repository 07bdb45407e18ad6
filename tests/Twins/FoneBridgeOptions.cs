using System.Globalization;
using System.Net;
using Appliance.Core.FoneBridge.Wire;
using Appliance.Drivers.FoneBridge;

namespace Appliance.Twins;

/// <summary>What the command line says about a simulated bridge.</summary>
internal sealed class FoneBridgeOptions
{
    private readonly List<Action<BridgeFaults>> _faults = [];

    public IPEndPoint? Listen { get; private set; }

    /// <summary>Network card on which raw requests are answered and voice frames are sent; null: none.</summary>
    public string? Interface { get; private set; }

    public BridgeIdentity Identity { get; private set; } = new();

    public bool Quiet { get; private set; }

    /// <summary>Null and a sentence when the line cannot be understood.</summary>
    public static FoneBridgeOptions? Read(string[] arguments, out string problem)
    {
        var options = new FoneBridgeOptions();
        if (!TwinArguments.Read(arguments, options.TakeFlag, options.Take, out problem)) return null;
        if (options.Listen is not null) return options;
        problem = "--listen ADDRESS:PORT is missing";
        return null;
    }

    public void Break(BridgeFaults faults)
    {
        foreach (var fault in _faults) fault(faults);
    }

    private bool TakeFlag(string name)
    {
        switch (name)
        {
            case "--dsp": Identity = Identity with { HasDsp = true }; return true;
            case "--inline": Identity = Identity with { IsInline = true }; return true;
            case "--quiet": Quiet = true; return true;
            default: return false;
        }
    }

    private bool Take(string name, string value)
    {
        switch (name)
        {
            case "--listen" when IPEndPoint.TryParse(value, out var listen) && value.Contains(':', StringComparison.Ordinal):
                Listen = listen;
                return true;
            case "--interface" when value.Length > 0:
                Interface = value;
                return true;
            case "--address" when IPAddress.TryParse(value, out var address):
                Identity = Identity with { FirstAddress = address };
                return true;
            case "--law" when value is "ulaw" or "alaw":
                Identity = Identity with { Law = value == "ulaw" ? Companding.MuLaw : Companding.ALaw };
                return true;
            case "--spans" when Number(value) is >= 1 and <= 4 and var spans:
                Identity = Identity with { Spans = spans };
                return true;
            case "--build" when Number(value) is >= 0 and <= ushort.MaxValue and var build:
                Identity = Identity with { Build = (ushort)build };
                return true;
            case "--fault":
                return TakeFault(value);
            default:
                return false;
        }
    }

    private bool TakeFault(string text)
    {
        var parts = text.Split('=', 2);
        var number = parts.Length == 2 ? Number(parts[1]) : null;
        Action<BridgeFaults>? fault = (parts[0], number) switch
        {
            ("silent", null) => faults => faults.Silent = true,
            ("double", null) => faults => faults.Duplicates = true,
            ("short-refusals", null) => faults => faults.ShortRefusals = true,
            ("zero-first-byte", null) => faults => faults.ZeroFirstByte = true,
            ("late", >= 0 and var late) => faults => faults.Delay = TimeSpan.FromMilliseconds(late),
            ("lose-requests", >= 0 and var count) => faults => faults.LoseRequests = count,
            ("lose-replies", >= 0 and var count) => faults => faults.LoseReplies = count,
            ("dies-after", >= 0 and var count) => faults => faults.DiesAfter = count,
            ("restarts-after", >= 0 and var count) => faults => faults.RestartsAfter = count,
            ("length", { } bytes) => faults => faults.LengthError = bytes,
            ("refuse", null) when parts.Length == 2 => Refusal(parts[1]),
            _ => null,
        };
        if (fault is null) return false;
        _faults.Add(fault);
        return true;
    }

    private static Action<BridgeFaults>? Refusal(string text)
    {
        var parts = text.Split(':');
        if (parts.Length != 2 || !byte.TryParse(parts[0], out var command) || !byte.TryParse(parts[1], out var status)) return null;
        return faults => faults.Refused[(BridgeCommand)command] = (BridgeStatus)status;
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
