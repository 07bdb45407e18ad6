using System.Globalization;
using Appliance.Lab.Host;

namespace Appliance.Lab.Setup;

/// <summary>The lab's telephone hardware: a relay that the first node powers, and a bridge on the LAN that both nodes reach.</summary>
public static class LineHardware
{
    /// <summary>The bridge's address.</summary>
    public const string BridgeAddress = "192.168.1.254";

    /// <summary>Card of its first port, as the twin says it.</summary>
    private const string BridgeCard = "00:50:c2:65:d0:02";

    /// <summary>Exists while the relay has power.</summary>
    public static string PowerFile(LabPlace place) => $"{place.StateDirectory}/relay-power";

    /// <summary>Exists while the relay takes nothing and says nothing.</summary>
    public static string HangFile(LabPlace place) => $"{place.StateDirectory}/relay-hang";

    /// <summary>A line a movement: the moment (monotonic milliseconds) and A or B.</summary>
    public static string LogFile(LabPlace place) => $"{place.StateDirectory}/relay-log";

    /// <summary>Where the box says which terminal it has.</summary>
    public static string PortFile(LabPlace place) => $"{place.StateDirectory}/relay-port";

    private static string Twins => $"{RootFileSystem.Repository}/out/twins/appliance-twins.dll";

    /// <summary>Starts both, before any node.</summary>
    public static void Start(LabPlace place, LabState state)
    {
        if (!File.Exists(Twins))
            throw new LabException($"{Twins} does not exist; build it with: dotnet build tests/Twins -c Release -o out/twins");
        var program = Environment.ProcessPath ?? throw new LabException("the lab does not know its own executable");
        var self = Path.GetFileName(program) == "dotnet" ? $"{program} {typeof(LineHardware).Assembly.Location}" : program;
        state.RelayBox = HostCommand.StartDetached(place.Log("relay"), $"exec {self} relay-box --run {place.Prefix}");
        state.Save(place);
        HostCommand.Run("ip", "-n", place.SwitchNamespace, "address", "add", $"{BridgeAddress}/24", "dev", "lan");
        // Voice comes from the card the bridge names as its own; here that is the switch's.
        HostCommand.Run("ip", "-n", place.SwitchNamespace, "link", "set", "lan", "address", BridgeCard);
        state.LineBridge = HostCommand.StartDetached(place.Log("bridge"),
            $"exec ip netns exec {place.SwitchNamespace} dotnet {Twins} fonebridge --listen {BridgeAddress}:1024 --interface lan " +
            "--spans 1 --quiet");
        state.Save(place);
        if (!Waiting.Until(TimeSpan.FromSeconds(10), () => File.Exists(PortFile(place))))
            throw new LabException($"the relay did not start; see {place.Log("relay")}");
        state.RelayPort = File.ReadAllText(PortFile(place));
        state.Save(place);
    }

    /// <summary>The node that powers the relay went on or off.</summary>
    public static void SetPower(LabPlace place, bool on)
    {
        if (on) File.WriteAllText(PowerFile(place), "");
        else File.Delete(PowerFile(place));
    }

    /// <summary>The relay hangs, or does not any more.</summary>
    public static void SetHanging(LabPlace place, bool hangs)
    {
        if (hangs) File.WriteAllText(HangFile(place), "");
        else File.Delete(HangFile(place));
    }

    /// <summary>Its movements so far.</summary>
    public static IReadOnlyList<(double Ms, NodePlan At)> Movements(LabPlace place) =>
        !File.Exists(LogFile(place)) ? []
        : [.. File.ReadAllLines(LogFile(place)).Select(line => line.Split(' ')).Where(words => words.Length == 2)
            .Select(words => (double.Parse(words[0], CultureInfo.InvariantCulture), words[1] == "A" ? NodePlan.A : NodePlan.B))];

    /// <summary>The node the relay has the line at.</summary>
    public static NodePlan RelayAt(LabPlace place) => Movements(place) is [.., var last] ? last.At : NodePlan.B;

    /// <summary>The first movement to a node after a moment; null: none yet.</summary>
    public static double? MovedTo(LabPlace place, NodePlan node, double afterMs) =>
        Movements(place).Where(move => move.At == node && move.Ms >= afterMs).Select(move => (double?)move.Ms).FirstOrDefault();
}
