namespace Appliance.Drivers.Interop;

/// <summary>How a read or a write that does not wait ended.</summary>
/// <param name="Count">Bytes; of a datagram too long for the room, its real length.</param>
/// <param name="Error">errno, 0 when it went well, EAGAIN when there was nothing to do.</param>
public readonly record struct Transfer(int Count, int Error)
{
    /// <summary>It would have had to wait.</summary>
    public bool WouldWait => Error == Errno.EAGAIN;

    /// <summary>It failed, and not because it would have had to wait.</summary>
    public bool Failed => Error is not 0 and not Errno.EAGAIN;

    /// <summary>From the result of a libc call that has just returned.</summary>
    public static Transfer Of(nint result) =>
        result >= 0 ? new((int)result, 0) : new(0, Errno.Last is Errno.EINTR ? Errno.EAGAIN : Errno.Last);
}
