using System.Globalization;

namespace Appliance.Core.Replica.Disk;

/// <summary>
/// That a disk failed and was given up, kept where it outlives the process but not the kernel: a disk that is too broken to be told so
/// may work again for the next process, and would pass for a good one. Text: <c>DEVICE SEQUENCE all|some</c>.
/// </summary>
/// <param name="Device">Id of the disk.</param>
/// <param name="Sequence">The newest superblock that the disk may hold; what was written after it knows better than this note.</param>
/// <param name="PeerHasAll">Users were served through the peer: the data of this disk is old.</param>
public sealed record GivenUpNote(Guid Device, ulong Sequence, bool PeerHasAll)
{
    /// <summary>What a superblock says of a disk that was given up: it may have lost what was not flushed, and it may be old.</summary>
    public static Superblock GivenUp(Superblock super, bool peerHasAll)
    {
        var gone = SuperblockFlags.Connected | (peerHasAll ? SuperblockFlags.Primary : 0);
        return super with
        {
            Flags = super.Flags & ~gone,
            Disk = peerHasAll && super.Disk == DiskState.UpToDate ? DiskState.Outdated : super.Disk,
        };
    }

    /// <summary>The disk as it must be taken, if the note is about it.</summary>
    public DiskImage Applied(DiskImage image) =>
        IsAbout(image.Superblock) ? image with { Superblock = GivenUp(image.Superblock, PeerHasAll) } : image;

    /// <summary>The note is about this disk, and nothing was written to it since.</summary>
    public bool IsAbout(Superblock super) => super.Device == Device && super.Sequence <= Sequence;

    /// <summary>For a file.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Device:D} {Sequence} {(PeerHasAll ? "all" : "some")}\n");

    /// <summary>Reads <see cref="Text"/>; null: it is something else.</summary>
    public static GivenUpNote? Read(string text) =>
        text.TrimEnd('\n').Split(' ') is [var device, var sequence, "all" or "some"] words && Guid.TryParseExact(device, "D", out var id)
        && ulong.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new GivenUpNote(id, number, words[2] == "all") : null;
}
