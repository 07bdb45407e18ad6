namespace Appliance.Core.Update;

/// <summary>What the environment block says about the next boot, read as <c>grub.cfg</c> reads it. docs/UPDATE.md has both.</summary>
/// <param name="Good">Booted unless a trial is due. Anything but b is a, as for GRUB.</param>
/// <param name="Trial">On trial; null: none.</param>
/// <param name="Left">How many more boots of it will be tried, 0 to <see cref="LeftMax"/>.</param>
/// <param name="Reset">The next boot begins with a factory reset.</param>
public sealed record BootRecord(Slot Good, Slot? Trial, int Left, bool Reset)
{
    /// <summary>Boots that a new slot gets to become healthy.</summary>
    public const int LeftMax = 3;

    public static BootRecord Of(GrubEnvironment environment)
    {
        var good = SlotText.Read(environment["slot"]) ?? Slot.A;
        var trial = SlotText.Read(environment["try"]);
        var left = environment["left"] switch { "1" => 1, "2" => 2, "3" => 3, _ => 0 };
        return new BootRecord(good, trial == good ? null : trial, trial is null || trial == good ? 0 : left, environment["reset"] == "1");
    }

    /// <summary>The block with this record in it; other variables stay.</summary>
    public GrubEnvironment Into(GrubEnvironment environment) => environment.With("slot", Good.Word())
        .With("try", Trial?.Word() ?? "").With("left", Trial is null ? "" : $"{(char)('0' + Left)}").With("reset", Reset ? "1" : "");
}
