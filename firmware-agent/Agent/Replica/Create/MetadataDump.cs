using System.Globalization;
using System.Numerics;
using System.Text;
using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.History;
using Appliance.Drivers.BlockDisk;

namespace Appliance.Agent.Replica.Create;

/// <summary>A replica's metadata for people (drbdmeta's dump-md). Reads beside whoever uses the disk, changes nothing.</summary>
internal static class MetadataDump
{
    /// <summary>The text; null and why not.</summary>
    /// <param name="path">Of the disk, or of external metadata.</param>
    /// <param name="problem">For people.</param>
    public static string? Of(string path, out string problem)
    {
        using var device = OpenedDevice.Look(path, out problem);
        if (device is null || MetadataBlocks.Read(device, out problem) is not { } blocks) return null;
        var text = new StringBuilder();
        Line(text, $"device            {path}, {device.Bytes} bytes");
        Slot(text, 0, blocks.Super0);
        Slot(text, 1, blocks.Super1);
        Intent(text, 0, blocks.Intent0);
        Intent(text, 1, blocks.Intent1);
        if (SuperblockChoice.Of(blocks.Super0, blocks.Super1, out var unusable) is not { } choice)
        {
            problem = $"{path}: {unusable}\n{text}";
            return null;
        }

        Superblock(text, choice);
        if (Bitmap(text, device, choice.Superblock) is { } unreadable) Line(text, $"bitmap            {unreadable}");
        return text.ToString();
    }

    private static void Slot(StringBuilder text, int slot, byte[] block) => Line(
        text, SuperblockText.Read(block, out var problem) is { } found
            ? $"superblock {slot}      sequence {found.Sequence}"
            : $"superblock {slot}      {problem}");

    private static void Intent(StringBuilder text, int slot, byte[] block) => Line(
        text, IntentText.Read(block, out var sequence, out var problem) is { } bits
            ? $"intent map {slot}      sequence {sequence}, {bits.Sum(part => BitOperations.PopCount(part))} hot regions"
            : $"intent map {slot}      {problem}");

    private static void Superblock(StringBuilder text, SuperblockChoice choice)
    {
        var it = choice.Superblock;
        Line(text, $"pair              {it.Cluster}");
        Line(text, $"node              {it.Node}");
        Line(text, $"this disk         {it.Device}");
        Line(text, $"peer's disk       {(it.PeerDevice == Guid.Empty ? "never seen" : it.PeerDevice)}");
        Line(text, $"size              {Sizes.Of(it.DataBytes)}, capacity {Sizes.Of(it.CapacityBytes)}");
        Line(text, $"region            {Sizes.Of(1L << it.RegionShift)}");
        Line(text, $"disk state        {it.Disk}");
        Line(text, $"flags             {it.Flags}");
        Line(text, $"term              {it.Term}");
        Line(text, $"current           {Id(it.Generations.Current)}");
        Line(text, $"base              {Id(it.Generations.Base)}");
        Line(text, $"history           {Ids(it.Generations.History)}");
        Line(text, $"valid bases       {Ids(it.Generations.ValidBases)}");
        Line(text, $"peer's current    {Id(it.PeerCurrent)}");
        Line(text, $"written           {When(it.WrittenAt)}, boot {it.Boot}, process {it.Instance}");
    }

    private static string When(long unixSeconds) => unixSeconds is >= 0 and < 253_402_300_800
        ? DateTimeOffset.FromUnixTimeSeconds(unixSeconds).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        : "at no time";

    private static string? Bitmap(StringBuilder text, OpenedDevice device, Superblock superblock)
    {
        var layout = new MetadataLayout(device.Bytes, superblock.CapacityBytes);
        if (layout.Start < 0) return "does not fit on this device";
        var (page, marked) = (new byte[4096], 0L);
        for (var at = 0; at < layout.BitmapPages; at++)
        {
            if (device.Read(layout.BitmapPage(at), page) is { } problem) return problem;
            foreach (var part in page) marked += BitOperations.PopCount(part);
        }

        Line(text, $"bitmap            {layout.BitmapPages} pages from {layout.Start}, {marked * 4} KiB out of sync");
        return null;
    }

    private static string Id(ulong id) => id == Generations.JustCreated ? "just created" : id == 0 ? "none" : $"{id:X16}";

    private static string Ids(IdList ids)
    {
        var known = new List<string>();
        foreach (var id in ids)
            if (id != 0) known.Add(Id(id));
        return known.Count == 0 ? "none" : string.Join(' ', known);
    }

    private static void Line(StringBuilder text, string words) => text.Append(words).Append('\n');
}
