using Appliance.Core.Update;

namespace Appliance.Drivers.Slots;

/// <summary>
/// The two systems on the disk of a node. Every call that writes ends on the disk or with a sentence; what was written has been read back
/// from the disk and not from the cache. Order and meaning of the calls: <see cref="SlotUpdate"/>.
/// </summary>
public interface ISlots
{
    /// <summary>What is there now; null and a sentence: this machine has no slots, or they cannot be looked at.</summary>
    SlotSite? Look(out string problem);

    /// <summary>GRUB's environment block, in place. Null: on the disk.</summary>
    /// <param name="block">1024 bytes.</param>
    string? WriteRecord(ReadOnlySpan<byte> block);

    /// <summary>Takes the slot's kernel away, then its other files. Null: on the disk.</summary>
    string? Withdraw(Slot slot);

    /// <summary>The root file system, from the first byte of the slot's partition. Null: on the disk, and as the source says.</summary>
    string? WriteRoot(Slot slot, SlotSource source);

    /// <summary>A file of the slot on /boot: it has its name only when it is whole. Null: on the disk, and as the source says.</summary>
    /// <param name="name">Without a folder.</param>
    string? WriteBoot(Slot slot, string name, SlotSource source);
}

/// <summary>Where the bytes of a part come from, and what they must be.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Of all of them.</param>
/// <param name="Read">Fills the span from an offset; an <see cref="IOException"/> ends the writing with its words.</param>
public sealed record SlotSource(long Size, byte[] Sha256, SlotSource.ReadAt Read)
{
    public delegate void ReadAt(long offset, Span<byte> into);
}

/// <param name="IsComplete">Its kernel is there.</param>
/// <param name="Release">Of the slot; null: unknown.</param>
/// <param name="RootBytes">Size of its partition.</param>
/// <param name="BootBytes">What its kernel and initrd take on /boot.</param>
public sealed record SlotContent(bool IsComplete, ReleaseText? Release, long RootBytes, long BootBytes);

/// <param name="Running">The slot this system was started from.</param>
/// <param name="IsTrialBoot">GRUB said that it is on trial.</param>
/// <param name="Block">The environment block as it is; null: there is none.</param>
/// <param name="A">Slot a.</param>
/// <param name="B">Slot b.</param>
/// <param name="BootFree">Free bytes on /boot.</param>
/// <param name="Release">Of the system that runs.</param>
public sealed record SlotSite(
    Slot Running, bool IsTrialBoot, byte[]? Block, SlotContent A, SlotContent B, long BootFree, ReleaseText Release)
{
    public SlotContent Of(Slot slot) => slot == Slot.A ? A : B;
}

/// <summary>Names below /boot. docs/UPDATE.md §1.</summary>
public static class SlotFiles
{
    public const string Record = "grub/grubenv";
    public const string Release = "release";

    /// <summary>Added to the name of a file that is not whole yet.</summary>
    public const string Fresh = ".new";

    /// <summary>slot-a, slot-b.</summary>
    public static string Folder(Slot slot) => $"slot-{slot.Word()}";
}
