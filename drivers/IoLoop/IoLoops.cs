namespace Appliance.Drivers.IoLoop;

/// <summary>The two loops there are.</summary>
public enum IoLoopKind
{
    Uring,
    Pool,
}

/// <summary>Chooses a loop.</summary>
public static class IoLoops
{
    /// <summary>Opens the loop that is wished for, or the other one when this machine forbids io_uring.</summary>
    /// <param name="prefer">Uring unless there is a reason.</param>
    /// <param name="words">Which one it is, and why.</param>
    public static IoLoop Open(IoLoopKind prefer, out string words)
    {
        if (prefer == IoLoopKind.Pool)
        {
            words = "pool, as asked for";
            return new PoolLoop();
        }

        if (UringLoop.Open(out var problem) is { } uring)
        {
            words = uring.Deferred ? "uring" : "uring, with the interrupts of a kernel before Linux 6.1";
            return uring;
        }

        words = $"pool: {problem}";
        return new PoolLoop();
    }
}
