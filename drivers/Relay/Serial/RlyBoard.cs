using System.Collections.Immutable;

namespace Appliance.Drivers.Relay.Serial;

/// <summary>TOSR0x and Devantech USB-RLY: one command set, told apart by the identity.</summary>
/// <param name="isTosr">What is configured.</param>
internal sealed class RlyBoard(RelayLine line, ImmutableArray<int> channels, bool isTosr) : IRelayBoard
{
    /// <summary>A TOSR0x swallows what comes sooner.</summary>
    private static readonly TimeSpan BetweenCommands = TimeSpan.FromMilliseconds(150);

    /// <summary>Outlives an opening: the board remembers, too, when it was last spoken to.</summary>
    private readonly Pace _pace = new(BetweenCommands);
    private bool _isSlow = true;
    private bool _takesMask;

    public string Place => line.Place;

    public bool ReadsBack => true;

    public bool IsOpen => line.IsOpen;

    public void Open(RelayDeadline deadline)
    {
        line.Open();
        _isSlow = true;
        var answer = Identity(deadline);
        if (isTosr) CheckTosr(answer);
        else CheckDevantech(answer);
        // 15 may be a TOSR0x whatever is configured: it is slow, and takes no mask.
        _takesMask = answer[0] != RlyBytes.Tosr;
        _isSlow = !_takesMask;
    }

    public void Switch(bool on, RelayDeadline deadline)
    {
        if (_takesMask && channels.Length > 1)
        {
            var states = States(deadline);
            foreach (var channel in channels) states = (byte)(on ? states | 1 << (channel - 1) : states & ~(1 << (channel - 1)));
            Command([RlyBytes.SetStates, states], deadline);
            return;
        }

        foreach (var channel in channels) Command([RlyBytes.Switch(channel, on)], deadline);
    }

    public bool[] Read(RelayDeadline deadline)
    {
        var states = States(deadline);
        return [.. channels.Select(channel => RlyBytes.IsOn(states, channel))];
    }

    public void Touch(RelayDeadline deadline) => line.Touch(deadline);

    public void Reset(RelayDeadline deadline)
    {
    }

    public void Close() => line.Close();

    public void Dispose() => line.Dispose();

    private byte[] Identity(RelayDeadline deadline)
    {
        const string question = "the question for its identity";
        Command([RlyBytes.Identity], deadline);
        try
        {
            return line.Receive(2, question, deadline);
        }
        catch (RelayTrouble trouble) when (trouble.Fault == RelayFault.Silent)
        {
            // Another program may have spoken to it a moment ago, and it swallowed ours.
            Command([RlyBytes.Identity], deadline);
            return line.Receive(2, question, deadline);
        }
    }

    private byte States(RelayDeadline deadline)
    {
        Command([RlyBytes.States], deadline);
        return line.Receive(1, "the question for its relays", deadline)[0];
    }

    private void Command(ReadOnlySpan<byte> command, RelayDeadline deadline)
    {
        if (_isSlow) _pace.Keep(deadline, Place);
        line.Send(command, deadline);
    }

    private void CheckTosr(byte[] answer)
    {
        if (answer[0] == RlyBytes.Tosr) return;
        var other = RlyBytes.Devantech.FirstOrDefault(module => module.Identity == answer[0]).Name;
        throw new RelayTrouble(RelayFault.WrongDevice,
            $"{Place}: found the identity {answer[0]}{(other is null ? "" : $", a Devantech {other}: driver = \"devantech\"")}; expected "
                + $"{RlyBytes.Tosr}, a TOSR0x. Nothing was switched");
    }

    private void CheckDevantech(byte[] answer)
    {
        var module = RlyBytes.Devantech.FirstOrDefault(module => module.Identity == answer[0]);
        if (module.Name is null)
            throw new RelayTrouble(RelayFault.WrongDevice,
                $"{Place}: found the identity {answer[0]}; expected "
                    + $"{string.Join(", ", RlyBytes.Devantech.Select(known => $"{known.Identity} ({known.Name})"))}. Nothing was switched");
        if (channels[^1] > module.Relays)
            throw new RelayTrouble(RelayFault.Misconfigured,
                $"{Place}: a {module.Name} has {module.Relays} relays; channel = {channels[^1]} is configured");
    }
}
