using Appliance.Lab.Host;

namespace Appliance.Lab.Setup;

/// <summary>
/// The process behind the serial cable: two pseudo-terminals and a wire in each direction that can be cut while it runs.
/// </summary>
/// <remarks>
/// It runs as a process of its own, because the cable must outlive the command that built the lab. Each wire has the speed of the line,
/// so that a protocol that fits only because pseudo-terminals are fast is found out.
/// </remarks>
public static class SerialCable
{
    private const int BytesPerSecond = 115_200 / 10;

    /// <summary>The file whose existence cuts the wire that starts at this node.</summary>
    public static string CutFile(LabPlace place, NodePlan from) => $"{place.StateDirectory}/serial-cut-{from.Letter}";

    private static string PortFile(LabPlace place) => $"{place.StateDirectory}/serial-ports";

    /// <summary>Starts the cable and notes its ports.</summary>
    public static void Start(LabPlace place, LabState state)
    {
        var program = Environment.ProcessPath ?? throw new LabException("the lab does not know its own executable");
        var self = Path.GetFileName(program) == "dotnet" ? $"{program} {typeof(SerialCable).Assembly.Location}" : program;
        state.SerialCable = HostCommand.StartDetached(place.Log("serial"), $"exec {self} serial-cable --run {place.Prefix}");
        state.Save(place);
        if (!Waiting.Until(TimeSpan.FromSeconds(10), () => File.Exists(PortFile(place))))
            throw new LabException($"the serial cable did not start; see {place.Log("serial")}");
        var ports = File.ReadAllLines(PortFile(place));
        foreach (var (node, port) in NodePlan.Both.Zip(ports)) state.SerialPorts[node.Name] = port;
        state.Save(place);
    }

    /// <summary>What the process does until it is ended.</summary>
    public static void Run(LabPlace place)
    {
        using var a = new PseudoTerminal();
        using var b = new PseudoTerminal();
        File.WriteAllLines(PortFile(place) + ".new", [a.PortPath, b.PortPath]);
        File.Move(PortFile(place) + ".new", PortFile(place));
        var wires = new[] { Wire(a, b, CutFile(place, NodePlan.A)), Wire(b, a, CutFile(place, NodePlan.B)) };
        foreach (var wire in wires) wire.Start();
        foreach (var wire in wires) wire.Join();
    }

    private static Thread Wire(PseudoTerminal from, PseudoTerminal to, string cutFile) => new(() =>
    {
        var buffer = new byte[256];
        while (true)
        {
            var count = from.Read(buffer);
            if (count == 0) continue;
            Thread.Sleep(TimeSpan.FromSeconds((double)count / BytesPerSecond));
            if (!File.Exists(cutFile)) to.Write(buffer.AsSpan(0, count));
        }
    });
}
