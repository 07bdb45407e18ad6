using System.Collections.Immutable;
using Appliance.Drivers.HidRaw;
using Appliance.Drivers.Interop;
using Appliance.Drivers.Relay.Serial;

namespace Appliance.Drivers.Relay.Hid;

/// <summary>LCUS boards that are human interface devices: the frames of the serial ones in output reports, answers in input
/// reports.</summary>
internal sealed class LcusHidBoard(IHidRawBus bus, string port, ImmutableArray<int> channels) : HidBoard(bus, Family, port, channels)
{
    public static readonly HidFamily Family = new("lcus-hid", 0x5131, 0x2007, "");
    private const int ReportMax = 64;
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan BetweenFrames = TimeSpan.FromMilliseconds(50);
    private readonly Pace _frames = new(BetweenFrames);
    private bool _isMute;

    public override bool ReadsBack => IsOpen && !_isMute;

    public override void Switch(bool on, RelayDeadline deadline)
    {
        foreach (var channel in Channels) Send(HidReports.LcusSwitch(channel, on), deadline);
    }

    public override bool[] Read(RelayDeadline deadline)
    {
        var answer = Ask(deadline);
        if (LcusFrames.States(answer) is null) answer = Ask(deadline);
        if (answer.Length == 0)
            throw new RelayTrouble(RelayFault.Silent, $"{Place} answered before and does not answer now; unplug it and plug it in again");
        var states = LcusFrames.States(answer) ?? throw new RelayTrouble(RelayFault.Garbage,
            $"{Place}: found the answer {Shown.Of(answer)}; expected the state of {Channels[^1]} relays or more");
        return states.Length >= Channels[^1]
            ? [.. Channels.Select(channel => states[channel - 1])]
            : throw new RelayTrouble(RelayFault.Misconfigured,
                $"{Place} has {states.Length} relays; channel = {Channels[^1]} is configured");
    }

    protected override void Identify(RelayDeadline deadline)
    {
        var answer = Ask(deadline);
        _isMute = answer.Length == 0;
        if (!_isMute && LcusFrames.States(answer) is null)
            throw new RelayTrouble(RelayFault.WrongDevice,
                $"{Place}: found the answer {Shown.Of(answer)}; expected the state of an LCUS board. Nothing was switched");
    }

    private void Send(byte[] report, RelayDeadline deadline)
    {
        _frames.Keep(deadline, Place);
        Use(device =>
        {
            device.Write(report);
            return true;
        }, deadline);
    }

    private byte[] Ask(RelayDeadline deadline)
    {
        var report = new byte[ReportMax];
        for (var stale = 0; Use(device => device.Read(report), deadline) > 0; stale++)
            if (stale > LcusFrames.StatusMax) throw Endless();
        Send(HidReports.LcusAsk(), deadline);
        var answer = new List<byte>();
        while (Take(report, answer.Count == 0 ? deadline.Part(8) : Gap, deadline) is > 0 and var count)
        {
            answer.AddRange(report[..count]);
            if (answer.Count > LcusFrames.StatusMax) throw Endless();
        }

        return Unpadded(answer);
    }

    private int Take(byte[] report, TimeSpan patience, RelayDeadline deadline)
    {
        var fd = Use(device => device.Fd, deadline);
        return deadline.Wait(fd, PollFd.In, patience) ? Use(device => device.Read(report), deadline) : 0;
    }

    /// <summary>Reports are filled up with zeroes: after text they are nothing, after bytes they are relays that are off.</summary>
    private static byte[] Unpadded(List<byte> answer)
    {
        if (answer.Count == 0) return [];
        if (answer[0] > 1) return [.. answer.Where(value => value != 0)];
        return [.. answer.Take(LcusFrames.Channels)];
    }

    private RelayTrouble Endless() => new(RelayFault.Endless,
        $"{Place}: the answer to the question for its relays did not end within {LcusFrames.StatusMax} bytes");
}
