using Appliance.Core.Cluster;
using Appliance.Core.Time;
using Appliance.Core.Wire;
using Appliance.Simulation.Machines;

namespace Appliance.Simulation.Network;

/// <summary>
/// Carries frames between the nodes as the wires allow. Faults: loss, delay, duplication, reordering, flipped bits, one-way cuts,
/// recordings played back, forgeries.
/// </summary>
public sealed class Net(World world)
{
    private const int RecordedMax = 4000;
    private readonly List<(int From, int Link, byte[] Bytes, Instant At)> _recorded = [];

    /// <summary>A node says something on all its links.</summary>
    public void Send(int from, ReadOnlySpan<byte> frame, in Heartbeat heartbeat)
    {
        var datagram = frame.ToArray();
        byte[]? line = null;
        for (var link = 0; link < world.Links.Count; link++)
        {
            if (world.Links[link].Medium == Medium.Serial) Send(from, link, line ??= Framed(frame), heartbeat);
            else Send(from, link, datagram, heartbeat);
        }
    }

    /// <summary>A node says something to the witness, which answers; both pass the node's LAN port.</summary>
    public void SendToWitness(Machine node, byte[] frame)
    {
        var loss = world.Links.FirstOrDefault(link => link.Medium == Medium.Lan)?.Quality.Loss ?? 0;
        if (!world.Lan.Sends(node.Number) || world.Dice.Chance(loss)) return;
        world.Timeline.After(world.Vary(TimeSpan.FromMilliseconds(1), 0.8), () =>
        {
            if (world.Witness.Answer(frame) is not { } answer || world.Dice.Chance(loss)) return;
            world.Timeline.After(world.Vary(TimeSpan.FromMilliseconds(1), 0.8), () =>
            {
                if (node.Lives && world.Lan.Hears(node.Number)) node.Agent?.Receive(Ear.WitnessLink, answer);
            });
        });
    }

    private static byte[] Framed(ReadOnlySpan<byte> frame)
    {
        Span<byte> stream = stackalloc byte[SerialFramer.StreamMax];
        return stream[..SerialFramer.Frame(frame, stream)].ToArray();
    }

    /// <summary>An attacker plays back what a node said some time ago, to the other node.</summary>
    public void Replay(int from, int link, int count)
    {
        // What is younger than deadtime would be a detour, not a recording: nobody can tell the two apart.
        var before = world.Timeline.Now - world.Site.Config.Heartbeat.Deadtime;
        var old = _recorded.Where(frame => frame.From == from && frame.Link == link && frame.At < before).ToArray();
        if (old.Length == 0) return;
        var first = world.Dice.Below(old.Length);
        for (var index = first; index < old.Length && index < first + count; index++)
        {
            var bytes = old[index].Bytes;
            world.Timeline.After(
                TimeSpan.FromMilliseconds(20 * (index - first)), () => world.Machines[1 - from].Agent?.Receive(link, bytes));
        }
    }

    /// <summary>Bytes without sense arrive at a node.</summary>
    public void Babble(int to, int link)
    {
        var bytes = new byte[world.Dice.Below(200)];
        for (var index = 0; index < bytes.Length; index++) bytes[index] = (byte)world.Dice.Next();
        if (world.Machines[to].Lives) world.Machines[to].Agent?.Receive(link, bytes);
    }

    private void Send(int from, int number, byte[] bytes, Heartbeat heartbeat)
    {
        var link = world.Links[number];
        var dice = world.Dice;
        if (_recorded.Count < RecordedMax) _recorded.Add((from, number, bytes, world.Timeline.Now));
        if (!Passes(link, from) || dice.Chance(link.Quality.Loss)) return;
        var copies = dice.Chance(link.Quality.Twice) ? 2 : 1;
        for (var copy = 0; copy < copies; copy++)
        {
            var delay = Delay(link, from);
            var carried = dice.Chance(link.Quality.Garbled) ? Flip(bytes) : bytes;
            var whole = ReferenceEquals(carried, bytes);
            if (link.Medium == Medium.Serial) Trickle(from, number, carried, whole, heartbeat, delay);
            else world.Timeline.After(delay, () => Arrive(from, number, carried, whole, heartbeat));
        }
    }

    /// <summary>A serial line delivers what it was given in pieces, in order.</summary>
    private void Trickle(int from, int number, byte[] bytes, bool whole, Heartbeat heartbeat, TimeSpan delay)
    {
        var middle = world.Dice.Below(bytes.Length);
        var (head, tail) = (bytes[..middle], bytes[middle..]);
        world.Timeline.After(delay, () =>
        {
            if (world.Machines[1 - from].Lives && Passes(world.Links[number], from)) world.Machines[1 - from].Agent?.Receive(number, head);
            Arrive(from, number, tail, whole, heartbeat);
        });
    }

    private void Arrive(int from, int number, byte[] bytes, bool whole, in Heartbeat heartbeat)
    {
        var receiver = world.Machines[1 - from];
        if (!receiver.Lives || !Passes(world.Links[number], from)) return;
        if (whole && receiver.Agent is { Speaks: true, Stopped: false }) world.Oracle.Delivered(receiver, heartbeat);
        receiver.Agent?.Receive(number, bytes);
    }

    /// <summary>The wires let a frame of this node through.</summary>
    public bool Passes(Link link, int from) =>
        !link.IsCut(from) && (link.Medium != Medium.Lan || (world.Lan.Sends(from) && world.Lan.Hears(1 - from)));

    private TimeSpan Delay(Link link, int from)
    {
        var delay = world.Site.Chance ? world.Dice.Between(Quality.DelayMin, link.Quality.Delay) : Quality.DelayMin;
        if (link.Medium != Medium.Serial) return delay;
        var arrival = Instant.Later(world.Timeline.Now + delay, link.LineFree[from]);
        link.LineFree[from] = arrival;
        return arrival - world.Timeline.Now;
    }

    private byte[] Flip(byte[] bytes)
    {
        var copy = (byte[])bytes.Clone();
        copy[world.Dice.Below(copy.Length)] ^= (byte)(1 << world.Dice.Below(8));
        return copy;
    }
}
