namespace Appliance.Drivers.Fence;

/// <summary>What can be wrong with a simulated fence device.</summary>
public enum FenceFault
{
    None,

    /// <summary>Nobody answers at its address.</summary>
    Unreachable,

    /// <summary>It takes the order and does nothing.</summary>
    Deaf,

    /// <summary>It never answers; only abandoning ends the call.</summary>
    Hangs,

    /// <summary>It obeys, and its status is not to be understood.</summary>
    Garbage,

    /// <summary>It obeys after a while.</summary>
    Slow,
}

/// <summary>The twin: a switch and a node behind it.</summary>
public sealed class SimulatedFence : IFenceDevice
{
    private int _asked;

    public FenceFault Fault { get; set; }

    /// <summary>The node has power.</summary>
    public bool NodeIsOn { get; private set; } = true;

    /// <summary>A slow one is off at this question.</summary>
    public int SlowQuestions { get; set; } = 3;

    public FenceAnswer Off(CancellationToken abandon) => Order(false, abandon);

    public FenceAnswer On(CancellationToken abandon) => Order(true, abandon);

    public FenceAnswer Status(CancellationToken abandon)
    {
        if (!Answers(abandon, out var words)) return new FenceAnswer(FencePower.Unknown, words);
        if (Fault == FenceFault.Garbage) return new FenceAnswer(FencePower.Unknown, "power is orange");
        if (Fault == FenceFault.Slow && ++_asked >= SlowQuestions) NodeIsOn = false;
        return new FenceAnswer(NodeIsOn ? FencePower.On : FencePower.Off, NodeIsOn ? "on" : "off");
    }

    public void Dispose()
    {
    }

    private FenceAnswer Order(bool on, CancellationToken abandon)
    {
        if (!Answers(abandon, out var words)) return new FenceAnswer(FencePower.Unknown, words);
        _asked = 0;
        if (Fault is not (FenceFault.Deaf or FenceFault.Slow)) NodeIsOn = on;
        return new FenceAnswer(FencePower.Unknown, "taken");
    }

    private bool Answers(CancellationToken abandon, out string words)
    {
        words = Fault == FenceFault.Unreachable ? "no route to it" : "abandoned";
        if (Fault == FenceFault.Hangs) abandon.WaitHandle.WaitOne();
        return Fault is not (FenceFault.Unreachable or FenceFault.Hangs);
    }
}
