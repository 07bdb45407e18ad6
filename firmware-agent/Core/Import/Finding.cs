namespace Appliance.Core.Import;

/// <summary>What became of a directive.</summary>
public enum Disposition : byte
{
    /// <summary>It is in the new file.</summary>
    Mapped,

    /// <summary>It is not in the new file because nothing is lost by that; the words say why.</summary>
    Noted,

    /// <summary>It is not in the new file, and a person must decide what that means.</summary>
    Refused,
}

/// <summary>What became of one directive of an old configuration.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Directive">Its name, never a secret.</param>
/// <param name="Words">Where it went, why it is not needed, or why it cannot be taken.</param>
public sealed record Finding(Place Place, string Directive, Disposition Disposition, string Words)
{
    /// <summary>One line of the report.</summary>
    public override string ToString() => $"{Place}: {WordOf(Disposition)}: {Directive}: {Words}";

    public static string WordOf(Disposition disposition) => disposition switch
    {
        Disposition.Mapped => "mapped",
        Disposition.Noted => "noted",
        _ => "refused",
    };
}
