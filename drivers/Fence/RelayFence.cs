using Appliance.Core.Lines;
using Appliance.Drivers.Relay;

namespace Appliance.Drivers.Fence;

/// <summary>A relay whose contacts carry the other node's power: off is a position that the hardware itself says it has. A relay that
/// cannot be read back confirms nothing.</summary>
/// <param name="relay">Belongs to the device.</param>
/// <param name="off">Position in which the node has no power.</param>
public sealed class RelayFence(IFailoverRelay relay, LinePosition off) : IFenceDevice
{
    public FenceAnswer Off(CancellationToken abandon) => Told(relay.Set(off, abandon));

    public FenceAnswer On(CancellationToken abandon) => Told(relay.Set(off == LinePosition.A ? LinePosition.B : LinePosition.A, abandon));

    public FenceAnswer Status(CancellationToken abandon)
    {
        var answer = relay.Read(abandon);
        if (!answer.IsDone || !answer.Confirmed || answer.Position == LinePosition.Unknown)
            return new FenceAnswer(FencePower.Unknown, answer.IsDone ? "the relay cannot say where its contacts are" : answer.Words);
        return new FenceAnswer(answer.Position == off ? FencePower.Off : FencePower.On, answer.Words);
    }

    public void Dispose() => relay.Dispose();

    private static FenceAnswer Told(RelayAnswer answer) => new(FencePower.Unknown, answer.Words);
}
