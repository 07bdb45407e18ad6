namespace Appliance.Drivers.Relay.Simulated;

/// <summary>The twin of a KMTronic USB relay.</summary>
public sealed class SimulatedKmtronic(int relays = 2) : SimulatedBoard(relays)
{
    protected override byte[] Answer()
    {
        if (Heard[0] != 0xFF) return Done("");
        if (Heard.Count < 3) return [];
        var (channel, operation) = (Heard[1], Heard[2]);
        if (channel == 9 && operation == 0 && Contacts.Count > 2)
            return Done("states", [.. Selection.Range(0, Contacts.Count).Select(index => (byte)(Contacts[index] ? 1 : 0))]);
        if (channel < 1 || channel > Contacts.Count) return Done("");
        if (operation == 3 && Contacts.Count <= 2)
            return Done($"state of {channel}", 0xFF, channel, (byte)(Contacts[channel - 1] ? 1 : 0));
        if (operation > 1) return Done("");
        Switch(channel, operation == 1);
        return Done($"relay {channel} {(operation == 1 ? "on" : "off")}");
    }
}
