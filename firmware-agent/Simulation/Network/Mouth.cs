using Appliance.Core;
using Appliance.Core.Cluster;
using Appliance.Core.Wire;
using Appliance.Simulation.Machines;

namespace Appliance.Simulation.Network;

/// <summary>
/// The sending side of an agent: adds to the facts what only the transport knows, signs them, and says them on all links and to the
/// witness.
/// </summary>
public sealed class Mouth(World world, Machine machine, ulong incarnation, Ear ear)
{
    private readonly byte[] _frame = new byte[Limits.FrameBytesMax];

    public void Say(Heartbeat facts)
    {
        var now = machine.Clock.Now;
        facts.Sender = (byte)machine.Number;
        facts.Incarnation = incarnation;
        facts.Sequence = ear.Own.Next(now);
        facts.SentAt = (uint)(ulong)now.SinceBoot.TotalMilliseconds;
        facts.LinksHeard = ear.LinksHeard(now);
        ear.Receiver.Echo((byte)(1 - machine.Number), ref facts);
        world.Oracle.Spoken(machine, facts);
        var length = world.Authenticator.Seal(_frame, HeartbeatCodec.Encode(facts, world.Cluster, _frame));
        world.Net.Send(machine.Number, _frame.AsSpan(0, length), facts);
        if (world.Site.Config.Witness is null) return;

        // The echo is for one listener.
        ear.Receiver.Echo(Limits.WitnessNumber, ref facts);
        length = world.Authenticator.Seal(_frame, HeartbeatCodec.Encode(facts, world.Cluster, _frame));
        world.Net.SendToWitness(machine, _frame.AsSpan(0, length).ToArray());
    }
}
