using Appliance.Drivers.Relay.Simulated;

namespace Appliance.Twins;

/// <summary>What the command line says about a simulated relay board.</summary>
internal sealed class RelayOptions
{
    private static readonly string[] Families = ["lcus", "numato", "tosr", "devantech", "kmtronic", "captured"];

    public required string Family { get; init; }

    /// <summary>Name that leads to the board's terminal.</summary>
    public string Pty { get; private set; } = "";

    /// <summary>On the board; 0: as many as the family usually has.</summary>
    public int Relays { get; private set; }

    /// <summary>Relays behind which the line is, by the board's numbers; empty: the first.</summary>
    public int[] Line { get; private set; } = [];

    public LcusAnswer Way { get; private set; }

    public byte? Identity { get; private set; }

    public string? Position { get; private set; }

    public bool Quiet { get; private set; }

    public bool Welded { get; private set; }

    public SimulatedBoardFaults Faults { get; } = new();

    /// <summary>Null and a sentence when the line cannot be understood.</summary>
    public static RelayOptions? Read(string[] arguments, out string problem)
    {
        problem = arguments.Length > 0 && Families.Contains(arguments[0]) ? "" : $"the family is one of {string.Join(", ", Families)}";
        if (problem.Length > 0) return null;
        var options = new RelayOptions { Family = arguments[0] };
        if (!TwinArguments.Read(arguments.AsSpan(1), name => name == "--quiet" && (options.Quiet = true), options.Take, out problem))
            return null;
        problem = options.Pty.Length == 0 ? "--pty PATH is missing" : options.LineFault();
        return problem.Length == 0 ? options : null;
    }

    /// <summary>The board that is described.</summary>
    public SimulatedBoard Board() => Family switch
    {
        "lcus" => new SimulatedLcus(Count, Way),
        "numato" => new SimulatedNumato(Count),
        "tosr" => new SimulatedRly(Count, Identity ?? 15),
        "devantech" => new SimulatedRly(Count, Identity ?? 9, isSlow: false),
        "kmtronic" => new SimulatedKmtronic(Count),
        _ => new SimulatedCaptured(),
    };

    /// <summary>The line's relays, counted from 0.</summary>
    public int[] Wired => Line.Length == 0 ? [0] : [.. Line.Select(channel => channel - First)];

    private int First => Family == "numato" ? 0 : 1;

    private int Count => Relays > 0 ? Relays : Family switch { "captured" => 1, "kmtronic" => 2, "lcus" => 4, _ => 8 };

    private string LineFault() => Wired.Any(relay => relay < 0 || relay >= Count)
        ? $"--line: the board has relays {First} to {Count - 1 + First}" : "";

    private bool Take(string name, string value)
    {
        switch (name)
        {
            case "--pty" when value.Length > 0: Pty = value; return true;
            case "--position" when value.Length > 0: Position = value; return true;
            case "--relays" when TwinArguments.Number(value) is >= 1 and <= 64 and var relays: Relays = relays; return true;
            case "--identity" when TwinArguments.Number(value) is >= 0 and <= 255 and var identity: Identity = (byte)identity; return true;
            case "--answer" when Ways.TryGetValue(value, out var way): Way = way; return true;
            case "--line" when value.Split(',').Select(TwinArguments.Number).ToArray() is var line && line.All(one => one is not null):
                Line = [.. line.Select(one => one!.Value)];
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
            case "silent" when parts.Length == 1: return Faults.Silent = true;
            case "hangs" when parts.Length == 1: return Faults.Hangs = true;
            case "garbage" when parts.Length == 1: return Faults.Garbage = true;
            case "endless" when parts.Length == 1: return Faults.Endless = true;
            case "half" when parts.Length == 1: return Faults.Half = true;
            case "welded" when parts.Length == 1: return Welded = true;
            case "late" when parts.Length == 2 && TwinArguments.Number(parts[1]) is >= 0 and var late:
                Faults.Late = TimeSpan.FromMilliseconds(late);
                return true;
            default: return false;
        }
    }

    private static Dictionary<string, LcusAnswer> Ways { get; } = new()
    {
        ["text"] = LcusAnswer.Text, ["tight"] = LcusAnswer.TightText, ["bytes"] = LcusAnswer.Bytes, ["nothing"] = LcusAnswer.Nothing,
    };
}
