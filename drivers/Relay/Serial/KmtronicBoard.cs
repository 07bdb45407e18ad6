using System.Collections.Immutable;

namespace Appliance.Drivers.Relay.Serial;

/// <summary>KMTronic USB relays. There is no identity; the form of the answer is what tells them from other boards.</summary>
internal sealed class KmtronicBoard(RelayLine line, ImmutableArray<int> channels, int relays, Func<string?> usbId) : IRelayBoard
{
    private const string Question = "the question for its relays";

    public string Place => line.Place;

    public bool ReadsBack => true;

    public bool IsOpen => line.IsOpen;

    public void Open(RelayDeadline deadline)
    {
        UsbOwner.Check(usbId(), Place);
        line.Open();
        _ = States(RelayFault.WrongDevice, deadline);
    }

    public void Switch(bool on, RelayDeadline deadline)
    {
        foreach (var channel in channels) line.Send(KmtronicFrames.Switch(channel, on), deadline);
    }

    public bool[] Read(RelayDeadline deadline) => States(RelayFault.Garbage, deadline);

    public void Touch(RelayDeadline deadline) => line.Touch(deadline);

    public void Reset(RelayDeadline deadline)
    {
    }

    public void Close() => line.Close();

    public void Dispose() => line.Dispose();

    private bool[] States(RelayFault otherwise, RelayDeadline deadline)
    {
        if (KmtronicFrames.IsAskedOneByOne(relays)) return [.. channels.Select(channel => State(channel, otherwise, deadline))];
        line.Send(KmtronicFrames.AskEvery(), deadline);
        var answer = line.Receive(relays, Question, deadline);
        var states = KmtronicFrames.States(answer) ?? throw Wrong(answer, $"{relays} bytes of 0 and 1", otherwise);
        return [.. channels.Select(channel => states[channel - 1])];
    }

    private bool State(int channel, RelayFault otherwise, RelayDeadline deadline)
    {
        line.Send(KmtronicFrames.Ask(channel), deadline);
        var answer = line.Receive(3, Question, deadline);
        return KmtronicFrames.State(answer, channel) ?? throw Wrong(answer, $"ff {channel:x2} and 0 or 1", otherwise);
    }

    private RelayTrouble Wrong(byte[] answer, string expected, RelayFault fault) => new(fault,
        $"{Place}: found the answer {Shown.Of(answer)} to {Question}; expected {expected}"
            + (fault == RelayFault.WrongDevice ? ": is this a KMTronic board? Nothing was switched" : ""));
}
