namespace Appliance.Core.FoneBridge.Wire;

/// <summary>What a datagram is for the request that waits.</summary>
public abstract record BridgeReply
{
    private BridgeReply() { } // Closed: no cases outside this file.

    /// <summary>Done.</summary>
    /// <param name="Payload">Exactly as long as the request said.</param>
    public sealed record Done(byte[] Payload) : BridgeReply;

    /// <summary>The bridge says no.</summary>
    public sealed record Refused(BridgeStatus Status) : BridgeReply;

    /// <summary>No reply to this request.</summary>
    /// <param name="Why">A sentence's end: "3 bytes where 354 are expected".</param>
    public sealed record Nonsense(string Why) : BridgeReply;

    /// <summary>
    /// Judges a datagram by its length and status. A refusal may be two bytes or as long as a good reply. The first byte means nothing:
    /// bridges echo the parameter there, or do not. Of the static information the status is not looked at: its first byte means nothing
    /// either, and the vendor's client does not look.
    /// </summary>
    public static BridgeReply Judge(BridgeRequest request, ReadOnlySpan<byte> datagram)
    {
        var expected = BridgeRequest.UdpHeader + request.ReplyBytes;
        if (datagram.Length < BridgeRequest.UdpHeader) return new Nonsense($"{datagram.Length} bytes where {expected} are expected");
        var status = (BridgeStatus)datagram[1];
        var isShortRefusal = datagram.Length == BridgeRequest.UdpHeader && status != BridgeStatus.Success;
        if (datagram.Length != expected && !isShortRefusal)
            return new Nonsense($"{datagram.Length} bytes where {expected} are expected");
        if (status != BridgeStatus.Success && (isShortRefusal || request.Command != BridgeCommand.GetStaticInfo))
            return new Refused(status);
        var payload = datagram[BridgeRequest.UdpHeader..].ToArray();
        // Reads repeat what was asked for: a reply to another read of the same length is none to this one.
        if (EchoesRange(request.Command) && !payload.AsSpan(0, BlockRange.Size).SequenceEqual(request.Payload.AsSpan(0, BlockRange.Size)))
            return new Nonsense("the reply to another read");
        return new Done(payload);
    }

    private static bool EchoesRange(BridgeCommand command) => command is BridgeCommand.ReadBlock or BridgeCommand.LineReadRegister;
}
