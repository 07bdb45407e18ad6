using System.Collections.Immutable;

namespace Appliance.Drivers.Relay.Serial;

/// <summary>LC Technology LCUS-1/2/4/8, and boards with the same protocol behind any serial adapter. It has no identity of its own: the
/// form of its answer, and USB numbers that belong to other boards, are what tells it from them.</summary>
/// <param name="usbId">Vendor and product of the adapter, null where there is no way to know.</param>
internal sealed class LcusBoard(RelayLine line, ImmutableArray<int> channels, Func<string?> usbId) : IRelayBoard
{
    private static readonly TimeSpan BetweenFrames = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan BeforeStatus = TimeSpan.FromMilliseconds(100);

    /// <summary>Ten bytes take ten milliseconds at 9600 baud.</summary>
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(60);

    private readonly Pace _frames = new(BetweenFrames);
    private bool _isMute;
    private int _relays;

    public string Place => line.Place;

    public bool ReadsBack => line.IsOpen && !_isMute;

    public bool IsOpen => line.IsOpen;

    public void Open(RelayDeadline deadline)
    {
        UsbOwner.Check(usbId(), Place);
        line.Open();
        _isMute = false;
        var answer = Ask(deadline);
        // An LCUS-1 answers nothing; it is not asked again until it is opened anew.
        _isMute = answer.Length == 0;
        if (_isMute) return;
        var states = LcusFrames.States(answer) ?? throw new RelayTrouble(RelayFault.WrongDevice,
            $"{Place}: found the answer {Shown.Of(answer)}; expected the state of an LCUS board. Nothing was switched");
        _relays = states.Length;
        if (_relays < channels[^1])
            throw new RelayTrouble(RelayFault.Misconfigured, $"{Place} has {_relays} relays; channel = {channels[^1]} is configured");
    }

    public void Switch(bool on, RelayDeadline deadline)
    {
        foreach (var channel in channels)
        {
            _frames.Keep(deadline, Place);
            line.Send(LcusFrames.Switch(channel, on), deadline);
        }
    }

    public bool[] Read(RelayDeadline deadline)
    {
        deadline.Pause(BeforeStatus, Place);
        var answer = Ask(deadline);
        // What garbled one answer may be over with the next; a board that says nothing any more is broken.
        if (StatesIn(answer) is null) answer = Ask(deadline);
        if (answer.Length == 0)
            throw new RelayTrouble(RelayFault.Silent, $"{Place} answered before and does not answer now; unplug it and plug it in again");
        var states = StatesIn(answer) ?? throw new RelayTrouble(RelayFault.Garbage,
            $"{Place}: found the answer {Shown.Of(answer)}; expected the state of {_relays} relays");
        return [.. channels.Select(channel => states[channel - 1])];
    }

    public void Touch(RelayDeadline deadline) => line.Touch(deadline);

    public void Reset(RelayDeadline deadline)
    {
    }

    public void Close() => line.Close();

    public void Dispose() => line.Dispose();

    /// <summary>A board does not lose relays: a shorter answer was cut off.</summary>
    private bool[]? StatesIn(byte[] answer) => LcusFrames.States(answer) is { } states && states.Length == _relays ? states : null;

    private byte[] Ask(RelayDeadline deadline)
    {
        _frames.Keep(deadline, Place);
        line.Send(LcusFrames.Status, deadline);
        return line.ReceiveAll(deadline.Part(8), Gap, LcusFrames.StatusMax, "the question for its relays", deadline);
    }
}
