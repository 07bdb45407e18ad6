using Appliance.Agent.Clock;
using Appliance.Core.FoneBridge;
using Appliance.Core.FoneBridge.Wire;
using Appliance.Drivers.FoneBridge;

namespace Appliance.Agent.FoneBridge;

/// <summary>Carries a session out on a link, on the calling thread. It always ends: sessions have bounded patience.</summary>
public static class BridgeConversation
{
    /// <summary>How soon a cancellation is noticed.</summary>
    private static readonly TimeSpan LookUp = TimeSpan.FromMilliseconds(20);

    /// <summary>What the kernel says again and again must not keep a processor busy.</summary>
    private static readonly TimeSpan PauseAfterProblem = TimeSpan.FromMilliseconds(20);

    /// <param name="session">Not begun yet.</param>
    /// <param name="link">Stays open.</param>
    /// <param name="watch">Told every request before it is sent and every datagram that came.</param>
    /// <param name="may">Asked before every packet; once it says no, nothing is sent but what turns voice on.</param>
    /// <param name="stop">The session ends early, with voice on if it stopped it.</param>
    public static BridgeOutcome Hold(
        BridgeSession session, IBridgeLink link, IBridgeWatch? watch = null, Func<bool>? may = null, CancellationToken stop = default)
    {
        Perform(session, session.Step(new BridgeEvent.Started(), BootClock.Now), link, watch, may);
        while (session.Outcome is null)
        {
            if (stop.IsCancellationRequested || may?.Invoke() == false)
                Perform(session, session.Step(new BridgeEvent.Cancelled(), BootClock.Now), link, watch, may);
            if (session.Deadline is not { } deadline) continue;
            var left = deadline - BootClock.Now;
            var arrival = left > TimeSpan.Zero ? link.Receive(left < LookUp ? left : LookUp) : BridgeArrival.Silence;
            if (arrival.Datagram is { } datagram)
            {
                watch?.Arrived(datagram);
                Perform(session, session.Step(new BridgeEvent.Arrived(datagram), BootClock.Now), link, watch, may);
            }
            else if (arrival.Problem.Length > 0) Complain(session, arrival.Problem);

            Perform(session, session.Step(new BridgeEvent.Tick(), BootClock.Now), link, watch, may);
        }

        return session.Outcome;
    }

    private static void Perform(
        BridgeSession session, IEnumerable<BridgeEffect> effects, IBridgeLink link, IBridgeWatch? watch, Func<bool>? may)
    {
        foreach (var effect in effects)
        {
            var problem = "";
            switch (effect)
            {
                case BridgeEffect.Drain:
                    link.Drain();
                    break;
                case BridgeEffect.Renew:
                    problem = link.Renew();
                    break;
                case BridgeEffect.Send send when !send.Request.StartsTransmit && may?.Invoke() == false:
                    break; // Somebody else may command the bridge by now; the session is cancelled next.
                case BridgeEffect.Send send:
                    watch?.Sending(send.Request);
                    problem = link.Send(send.Request.ToUdp());
                    break;
            }

            if (problem.Length > 0) Complain(session, problem);
        }
    }

    private static void Complain(BridgeSession session, string words)
    {
        _ = session.Step(new BridgeEvent.Unreachable(words), BootClock.Now);
        Thread.Sleep(PauseAfterProblem);
    }
}

/// <summary>Somebody who wants to see the packets.</summary>
public interface IBridgeWatch
{
    void Sending(BridgeRequest request);

    void Arrived(byte[] datagram);
}

/// <summary>Prints packets as hexadecimal digits, &gt; to the bridge and &lt; from it.</summary>
/// <param name="output">Where to.</param>
/// <param name="replies">Also what comes back.</param>
public sealed class PacketPrinter(TextWriter output, bool replies) : IBridgeWatch
{
    public void Sending(BridgeRequest request) => output.WriteLine($"> {Convert.ToHexStringLower(request.ToUdp())}  # {request.Words}");

    public void Arrived(byte[] datagram)
    {
        if (replies) output.WriteLine($"< {Convert.ToHexStringLower(datagram)}");
    }
}
