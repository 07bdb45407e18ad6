namespace Appliance.Drivers.Relay.Simulated;

/// <summary>A card with an invented protocol, for profiles: what a real Rhino card says is not known.</summary>
/// <param name="readsBack">It answers the question where it is.</param>
public sealed class SimulatedCaptured(bool readsBack = true) : SimulatedBoard(1)
{
    /// <summary>A profile that fits it.</summary>
    public string Profile => """
        baud = 19200
        on = { send = "55 01 AA", reply = "06" }
        off = { send = "55 00 AA", reply = "06" }
        reset = { send = "55 52 AA", reply = "06 06" }
        after-reset = "10ms"

        """ + (readsBack ? "status = { send = \"55 3F AA\", a = \"31 0D\", b = \"30 0D\" }\n" : "");

    /// <summary>How often it was reset.</summary>
    public int Resets { get; private set; }

    protected override byte[] Answer()
    {
        if (Heard[0] != 0x55) return Done("");
        if (Heard.Count < 3) return [];
        switch (Heard[1])
        {
            case 0 or 1:
                var on = Heard[1] == 1;
                Switch(1, on);
                return Done(on ? "on" : "off", 6);
            case 0x52:
                Contacts.LosePower();
                Resets++;
                return Done("reset", 6, 6);
            case 0x3F when readsBack:
                return Done("status", (byte)(Contacts[0] ? 0x31 : 0x30), 0x0D);
            default:
                return Done("");
        }
    }
}
