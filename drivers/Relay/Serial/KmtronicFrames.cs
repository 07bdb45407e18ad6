namespace Appliance.Drivers.Relay.Serial;

/// <summary>Bytes of a KMTronic USB relay. Boards of one or two are asked relay by relay, larger ones all at once.</summary>
internal static class KmtronicFrames
{
    private const byte Start = 0xFF;
    private const byte AskOne = 0x03;
    private const byte AskAll = 0x09;

    public static byte[] Switch(int channel, bool on) => [Start, (byte)channel, (byte)(on ? 1 : 0)];

    public static bool IsAskedOneByOne(int relays) => relays <= 2;

    /// <summary><c>FF n 03</c>, answered by <c>FF n state</c>.</summary>
    public static byte[] Ask(int channel) => [Start, (byte)channel, AskOne];

    /// <summary><c>FF 09 00</c>, answered by one byte for each relay.</summary>
    public static byte[] AskEvery() => [Start, AskAll, 0];

    /// <summary>The state of one relay; null when it is no such answer.</summary>
    public static bool? State(ReadOnlySpan<byte> answer, int channel) =>
        answer.Length == 3 && answer[0] == Start && answer[1] == channel && answer[2] <= 1 ? answer[2] == 1 : null;

    /// <summary>All relays; null when a byte is neither 0 nor 1.</summary>
    public static bool[]? States(ReadOnlySpan<byte> answer)
    {
        var states = new bool[answer.Length];
        for (var at = 0; at < states.Length; at++)
        {
            if (answer[at] > 1) return null;
            states[at] = answer[at] == 1;
        }

        return states;
    }
}
