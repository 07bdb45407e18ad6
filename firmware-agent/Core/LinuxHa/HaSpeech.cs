namespace Appliance.Core.LinuxHa;

/// <summary>What the machine wants to say, before the composer adds who, when and the signature.</summary>
/// <param name="Kind">The type.</param>
public readonly record struct HaSpeech(HaKind Kind)
{
    /// <summary>Of a status or of the last word.</summary>
    public HaStatus Status { get; init; }

    /// <summary>The other node calls us dead after this silence, milliseconds.</summary>
    public long DeadtimeMs { get; init; }

    /// <summary>Of resource, ask_resources and hb_takeover.</summary>
    public Holding Holding { get; init; }

    public HaInfo Info { get; init; }

    /// <summary>Of resource: nothing is under way.</summary>
    public bool IsStable { get; init; }

    /// <summary>Of a request to send again, and of its refusal.</summary>
    public long First { get; init; }

    public long Last { get; init; }

    /// <summary>It is addressed to the other node.</summary>
    public bool IsToPeer => Kind is HaKind.Rexmit or HaKind.NakRexmit or HaKind.RepNodes;

    /// <summary>It says how things are: the next one of its kind makes it untrue.</summary>
    public bool IsStatement => Kind is HaKind.Resource or HaKind.Status;

    /// <summary>It takes a number and is kept for a node that misses it.</summary>
    public bool IsNumbered => Kind is not (HaKind.Rexmit or HaKind.NakRexmit or HaKind.Ack);
}
