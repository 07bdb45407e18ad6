namespace Appliance.Drivers.Relay.Simulated;

/// <summary>A simulated relay board as it is seen from its serial line.</summary>
public abstract class SimulatedBoard(int relays)
{
    // Its line hears in a thread of its own, and somebody else pulls the plug.
    private readonly Lock _gate = new();

    public SimulatedContacts Contacts { get; } = new(relays);

    /// <summary>What the board has heard and not understood yet.</summary>
    protected List<byte> Heard { get; } = [];

    /// <summary>Takes a byte and answers, mostly nothing.</summary>
    public byte[] Hear(byte value)
    {
        lock (_gate)
        {
            LastCommand = "";
            Heard.Add(value);
            return Answer();
        }
    }

    /// <summary>The command that the last byte ended, in words, for whoever watches the twin; empty while one is under way.</summary>
    public string LastCommand { get; protected set; } = "";

    /// <summary>Power off and on.</summary>
    public void Restart()
    {
        lock (_gate)
        {
            Heard.Clear();
            Contacts.LosePower();
        }
    }

    protected abstract byte[] Answer();

    protected byte[] Done(string command, params byte[] answer)
    {
        Heard.Clear();
        LastCommand = command;
        return answer;
    }

    /// <summary>Switches one relay, counted from 1, if the board has it.</summary>
    protected void Switch(int channel, bool on)
    {
        if (channel >= 1 && channel <= Contacts.Count) Contacts[channel - 1] = on;
    }
}
