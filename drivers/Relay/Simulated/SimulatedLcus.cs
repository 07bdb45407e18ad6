using System.Text;

namespace Appliance.Drivers.Relay.Simulated;

/// <summary>How an LCUS answers the question for its relays.</summary>
public enum LcusAnswer
{
    /// <summary>"CH1: ON \r\n".</summary>
    Text,

    /// <summary>"CH1:ON\r\n".</summary>
    TightText,

    /// <summary>A byte for each relay.</summary>
    Bytes,

    /// <summary>Not at all, as an LCUS-1.</summary>
    Nothing,
}

/// <summary>The twin of an LC Technology board.</summary>
public sealed class SimulatedLcus(int relays = 4, LcusAnswer way = LcusAnswer.Text) : SimulatedBoard(relays)
{
    protected override byte[] Answer()
    {
        if (Heard[0] == 0xFF) return Done("status", Status());
        if (Heard[0] != 0xA0) return Done("");
        if (Heard.Count < 4) return [];
        var (channel, operation, sum) = (Heard[1], Heard[2], Heard[3]);
        if (operation > 1 || sum != (byte)(0xA0 + channel + operation)) return Done("bad frame");
        Switch(channel, operation == 1);
        return Done($"relay {channel} {(operation == 1 ? "on" : "off")}");
    }

    private byte[] Status() => way switch
    {
        LcusAnswer.Bytes => [.. Selection.Range(0, Contacts.Count).Select(index => (byte)(Contacts[index] ? 1 : 0))],
        LcusAnswer.Text => Text(": ", " "),
        LcusAnswer.TightText => Text(":", ""),
        _ => [],
    };

    private byte[] Text(string colon, string pad) => Encoding.ASCII.GetBytes(string.Concat(
        Selection.Range(0, Contacts.Count).Select(index => $"CH{index + 1}{colon}{(Contacts[index] ? "ON" + pad : "OFF")}\r\n")));
}
