namespace Appliance.Core.LinuxHa;

/// <summary>Words on the wire.</summary>
internal static class HaWords
{
    /// <summary>A field of ours that Heartbeat overlooks: two nodes of ours recognise each other by it.</summary>
    public static ReadOnlySpan<byte> ApplianceField => "x-appliance"u8;

    public static ReadOnlySpan<byte> Word(this HaKind kind) => kind switch
    {
        HaKind.Status => "status"u8,
        HaKind.Starting => "starting"u8,
        HaKind.Resource => "resource"u8,
        HaKind.AskResources => "ask_resources"u8,
        HaKind.Takeover => "hb_takeover"u8,
        HaKind.ShutDone => "shutdone"u8,
        HaKind.Rexmit => "NS_rexmit"u8,
        HaKind.NakRexmit => "NS_nak_rexmit"u8,
        HaKind.Ack => "NS_ackmsg"u8,
        HaKind.ReqNodes => "reqnodes"u8,
        HaKind.RepNodes => "repnodes"u8,
        HaKind.IpRequest => "ip-request"u8,
        HaKind.Stonith => "stonith"u8,
        _ => throw new InvariantException($"{kind} has no word"),
    };

    public static ReadOnlySpan<byte> Word(this HaStatus status) => status switch
    {
        HaStatus.Init => "init"u8,
        HaStatus.Up => "up"u8,
        HaStatus.Active => "active"u8,
        HaStatus.Dead => "dead"u8,
        _ => throw new InvariantException($"{status} has no word"),
    };

    public static ReadOnlySpan<byte> Word(this HaInfo info) => info switch
    {
        HaInfo.Me => "me"u8,
        HaInfo.Assent => "other"u8,
        HaInfo.Done => "done"u8,
        HaInfo.Standby => "standby"u8,
        HaInfo.Shutdown => "shutdown"u8,
        _ => throw new InvariantException($"{info} has no word"),
    };
}
