using System.Text.Json;
using Appliance.Lab.Host;

namespace Appliance.Lab.Setup;

/// <summary>
/// The durable note of what a run started. Written before anything else relies on it, so that a crash leaves nothing unknown.
/// </summary>
public sealed class LabState
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };

    /// <summary>The process whose end means nobody needs this run any more; null when it stays until "down".</summary>
    public ProcessId? Owner { get; set; }

    /// <summary>The stack the nodes run: appliance, heartbeat or pacemaker.</summary>
    public string Stack { get; set; } = "appliance";

    /// <summary>The nspawn process of each node.</summary>
    public Dictionary<string, ProcessId> Supervisors { get; set; } = [];

    /// <summary>The first process of each node; killing it is the power cut.</summary>
    public Dictionary<string, ProcessId> Leaders { get; set; } = [];

    /// <summary>The serial cable's process.</summary>
    public ProcessId? SerialCable { get; set; }

    /// <summary>The third vote's process.</summary>
    public ProcessId? Witness { get; set; }

    /// <summary>The serial port of each node on the host.</summary>
    public Dictionary<string, string> SerialPorts { get; set; } = [];

    /// <summary>The relay's process; null: the stack has no telephone lines.</summary>
    public ProcessId? RelayBox { get; set; }

    /// <summary>The bridge's process.</summary>
    public ProcessId? LineBridge { get; set; }

    /// <summary>The relay's serial port on the host.</summary>
    public string RelayPort { get; set; } = "";

    /// <summary>What runs each node's data disk.</summary>
    public Dictionary<string, List<ProcessId>> Disks { get; set; } = [];

    /// <summary>The first of the loop devices that belong to this run; 0: it has none.</summary>
    public int FirstLoop { get; set; }

    /// <summary>Reads the note of a run.</summary>
    public static LabState Load(LabPlace place) =>
        File.Exists(place.StateFile)
            ? JsonSerializer.Deserialize<LabState>(File.ReadAllText(place.StateFile)) ?? new LabState()
            : new LabState();

    /// <summary>Writes it, whole or not at all.</summary>
    public void Save(LabPlace place)
    {
        Directory.CreateDirectory(place.StateDirectory);
        File.WriteAllText(place.StateFile + ".new", JsonSerializer.Serialize(this, Format));
        File.Move(place.StateFile + ".new", place.StateFile, overwrite: true);
    }
}
