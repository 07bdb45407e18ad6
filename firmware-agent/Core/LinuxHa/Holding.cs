namespace Appliance.Core.LinuxHa;

/// <summary>Which groups a node holds, in Heartbeat's two classes. Local and foreign are said from the speaker's point of view.</summary>
[Flags]
public enum Holding : byte
{
    /// <summary>No group.</summary>
    None = 0,

    /// <summary>The groups whose line of haresources begins with the speaker's name.</summary>
    Local = 1,

    /// <summary>The groups whose line begins with the other node's name.</summary>
    Foreign = 2,

    /// <summary>Every group.</summary>
    All = 3,
}

/// <summary>The words of <see cref="Holding"/> on the wire (<c>rsc_hold</c>) and for people.</summary>
public static class Holdings
{
    /// <summary>The same groups from the other node's point of view.</summary>
    public static Holding Mirror(this Holding holding) =>
        (holding.Has(Holding.Local) ? Holding.Foreign : Holding.None) | (holding.Has(Holding.Foreign) ? Holding.Local : Holding.None);

    /// <summary>True when everything of <paramref name="part"/> is held.</summary>
    public static bool Has(this Holding holding, Holding part) => (holding & part) == part;

    /// <summary>True when at least something of <paramref name="part"/> is held.</summary>
    public static bool Meets(this Holding holding, Holding part) => (holding & part) != Holding.None;

    /// <summary>The word on the wire.</summary>
    public static ReadOnlySpan<byte> Word(this Holding holding) => (holding & Holding.All) switch
    {
        Holding.None => "none"u8,
        Holding.Local => "local"u8,
        Holding.Foreign => "foreign"u8,
        _ => "all"u8,
    };

    /// <summary>Reads the word on the wire; false when it is none of the four.</summary>
    public static bool TryRead(ReadOnlySpan<byte> word, out Holding holding)
    {
        for (holding = Holding.None; holding <= Holding.All; holding++)
            if (word.SequenceEqual(holding.Word())) return true;
        holding = Holding.None;
        return false;
    }
}
