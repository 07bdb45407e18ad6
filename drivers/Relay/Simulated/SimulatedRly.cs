using System.Diagnostics;

namespace Appliance.Drivers.Relay.Simulated;

/// <summary>The twin of a TOSR0x or a Devantech USB-RLY.</summary>
/// <param name="identity">15: TOSR0x (or RLY16L), which swallows commands that come too soon after another; else a Devantech's.</param>
public sealed class SimulatedRly(int relays = 8, byte identity = 15, bool isSlow = true) : SimulatedBoard(relays)
{
    private const byte Version = 2;

    /// <summary>Half of the 150 ms that its data sheet asks for: a busy machine lets the twin hear a command late and the next one in
    /// time, and a punctual caller must not seem too soon. Who makes no pause is caught all the same.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(75);

    private readonly Stopwatch _sinceLast = new();

    /// <summary>Commands that came too soon.</summary>
    public int Swallowed { get; private set; }

    protected override byte[] Answer()
    {
        if (isSlow && _sinceLast.IsRunning && _sinceLast.Elapsed < Least)
        {
            Swallowed++;
            return Done("too soon");
        }

        var command = Heard[0];
        if (command == 0x5C && !isSlow && Heard.Count < 2) return [];
        _sinceLast.Restart();
        switch (command)
        {
            case 0x5A: return Done("identity", identity, Version);
            case 0x5B: return Done("states", (byte)Contacts.Mask);
            case 0x5D when !isSlow: return Done("volts", 120);
            case 0x5C when !isSlow:
                Contacts.Mask = Heard[1];
                return Done($"mask {Heard[1]:x2}");
            case 0x64 or 0x6E:
                Contacts.Mask = command == 0x64 ? ulong.MaxValue : 0;
                return Done(command == 0x64 ? "all on" : "all off");
            case >= 0x65 and <= 0x6C or >= 0x6F and <= 0x76:
                var on = command < 0x6E;
                Switch(command - (on ? 0x64 : 0x6E), on);
                return Done($"relay {command - (on ? 0x64 : 0x6E)} {(on ? "on" : "off")}");
            default: return Done("");
        }
    }
}
