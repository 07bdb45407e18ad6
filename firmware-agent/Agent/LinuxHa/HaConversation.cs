using Appliance.Core.Cluster;
using Appliance.Core.LinuxHa;
using Appliance.Core.Time;

namespace Appliance.Agent.LinuxHa;

/// <summary>Steps the machine and performs what it wants: words go out on the links, reports to people, what it has come to is kept for
/// the decision loop. One thread.</summary>
internal sealed class HaConversation(HaNode first, HaComposer composer, HaReceiver receiver, HaLinks links, Action<Report> tell)
{
    private HaNode _node = first;
    private string _load = "";

    /// <summary>Where the machine stands.</summary>
    public HaNode Node => _node;

    /// <summary>Nothing is said: the decision loop stands still, and a node that cannot decide must not look alive.</summary>
    public bool IsMute { get; set; }

    /// <summary>Lets something happen; true when the decision loop should look.</summary>
    public bool Step(HaEvent input, Instant now)
    {
        var before = _node;
        var (next, effects) = HaMachine.Step(before, input, now);
        _node = next;
        foreach (var effect in effects) Perform(effect, now);
        return next.Serial != before.Serial || next.Peer != before.Peer || next.PeerStateAt(now) != before.PeerStateAt(now);
    }

    /// <summary>Asks for what is missing.</summary>
    public void AskForMissing(Instant now)
    {
        while (receiver.Sequences.Due(now) is { } number) Say(new HaSpeech(HaKind.Rexmit) { First = number, Last = number }, now);
    }

    /// <summary>The last words: three copies of the same message, because nobody would miss it.</summary>
    public void SayLast(bool resourcesStay, Action pause, Func<Instant> clock)
    {
        const int copies = 3;
        Say(resourcesStay ? HaMachine.WordBeforeRestart(_node.Settings) : HaMachine.LastWord, clock());
        for (var copy = 1; copy < copies; copy++)
        {
            pause();
            SayAgain(composer.Sequence, composer.Sequence, clock());
        }
    }

    /// <summary>The text of /proc/loadavg, which Heartbeat sends along; empty where there is none.</summary>
    public void ReadLoad()
    {
        try
        {
            _load = File.ReadAllText("/proc/loadavg").Trim();
        }
        catch (IOException)
        {
            _load = ""; // Only people look at it, and the field may be left out.
        }
    }

    private void Perform(HaEffect effect, Instant now)
    {
        switch (effect)
        {
            case HaEffect.Say say: Say(say.Speech, now); break;
            case HaEffect.SayAgain again: SayAgain(again.First, again.Last, now); break;
            case HaEffect.Tell told: tell(told.Report); break;
            default: throw new Core.InvariantException($"{effect} is not handled");
        }
    }

    private void Say(in HaSpeech speech, Instant now)
    {
        if (IsMute) return;
        var lines = composer.Lines(speech, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), System.Text.Encoding.ASCII.GetBytes(_load));
        links.Send(lines.Span, composer, now);
    }

    private void SayAgain(long first, long last, Instant now)
    {
        for (var number = first; number <= last && number - first < HaLimits.ResentPerRequest; number++)
        {
            var lines = composer.Again(number);
            if (lines.IsEmpty) Say(new HaSpeech(HaKind.NakRexmit) { First = number, Last = number }, now);
            else if (!IsMute) links.Send(lines.Span, composer, now);
        }
    }
}
