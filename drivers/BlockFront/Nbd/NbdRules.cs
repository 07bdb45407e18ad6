namespace Appliance.Drivers.BlockFront.Nbd;

/// <summary>Which requests are granted.</summary>
public static class NbdRules
{
    /// <summary>Longest reply a client that asked for one chunk may get, bytes.</summary>
    public const uint OneChunkMax = NbdProtocol.PayloadBytesMax;

    /// <summary>No error, or the one to answer with. A write's payload has to be taken off the wire in any case.</summary>
    /// <param name="size">Of the device, bytes.</param>
    public static NbdError Check(in NbdRequest request, long size, bool readOnly, bool fastZero, NbdSession session)
    {
        if (request.Command > NbdCommand.BlockStatus) return NbdError.Invalid;
        if ((request.Flags & ~Allowed(request.Command, session)) != 0) return NbdError.Invalid;
        if (request.Command is NbdCommand.Disconnect or NbdCommand.Flush) return NbdError.None;
        var writes = request.Command is NbdCommand.Write or NbdCommand.Trim or NbdCommand.WriteZeroes;
        if (writes && readOnly) return NbdError.NotPermitted;
        if (request.Offset > (ulong)size || request.Length > (ulong)size - request.Offset)
            return writes ? NbdError.NoSpace : NbdError.Invalid;
        return request.Command switch
        {
            NbdCommand.Read when request.Length > NbdProtocol.PayloadBytesMax => NbdError.Invalid,
            NbdCommand.BlockStatus when !session.Allocation || request.Length == 0 => NbdError.Invalid,
            NbdCommand.WriteZeroes when (request.Flags & NbdCommandFlags.FastZero) != 0 && !fastZero => NbdError.NotSupported,
            _ => NbdError.None,
        };
    }

    private static NbdCommandFlags Allowed(NbdCommand command, NbdSession session) => NbdCommandFlags.ForceUnitAccess | command switch
    {
        NbdCommand.Read when session.Structured => NbdCommandFlags.DontFragment,
        NbdCommand.WriteZeroes => NbdCommandFlags.NoHole | NbdCommandFlags.FastZero,
        NbdCommand.BlockStatus => NbdCommandFlags.RequireOne,
        _ => NbdCommandFlags.None,
    };

    /// <summary>NBD knows few errors; the others are EIO.</summary>
    /// <param name="errno">Positive.</param>
    public static NbdError OfErrno(int errno) => (NbdError)errno switch
    {
        NbdError.NotPermitted or NbdError.NoMemory or NbdError.Invalid or NbdError.NoSpace or NbdError.Overflow or NbdError.NotSupported
            or NbdError.Shutdown => (NbdError)errno,
        _ => NbdError.Io,
    };
}
