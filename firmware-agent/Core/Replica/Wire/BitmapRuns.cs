using System.Buffers.Binary;
using Appliance.Core.Replica.Disk;

namespace Appliance.Core.Replica.Wire;

/// <summary>Marked blocks as a payload: runs of (first block u64, blocks u32), ascending. An empty bitmap is no bytes at all.</summary>
public static class BitmapRuns
{
    private const int RunBytes = 12;

    /// <summary>Writes runs from <paramref name="position"/> on until the bitmap ends or <paramref name="into"/> is full; moves the
    /// position behind them. Returns the bytes written.</summary>
    public static int Write(DirtyBitmap bitmap, ref long position, Span<byte> into)
    {
        var length = 0;
        while (length + RunBytes <= into.Length)
        {
            if (!bitmap.TryNext(position, int.MaxValue, out var first, out var count))
            {
                position = bitmap.Blocks;
                return length;
            }

            BinaryPrimitives.WriteUInt64BigEndian(into[length..], (ulong)first);
            BinaryPrimitives.WriteUInt32BigEndian(into[(length + 8)..], (uint)count);
            length += RunBytes;
            position = first + count;
        }

        return length;
    }

    /// <summary>Marks the runs. False, and nothing marked: they do not lie in the bitmap one behind the other.</summary>
    public static bool TryApply(ReadOnlySpan<byte> runs, DirtyBitmap bitmap)
    {
        if (runs.Length % RunBytes != 0) return false;
        var end = 0UL;
        for (var at = 0; at < runs.Length; at += RunBytes)
        {
            var (first, count) = Run(runs[at..]);
            if (first < end || count == 0 || first >= (ulong)bitmap.Blocks || count > (ulong)bitmap.Blocks - first) return false;
            end = first + count;
        }

        for (var at = 0; at < runs.Length; at += RunBytes)
        {
            var (first, count) = Run(runs[at..]);
            bitmap.Set((long)first, count);
        }

        return true;
    }

    private static (ulong First, uint Count) Run(ReadOnlySpan<byte> run) =>
        (BinaryPrimitives.ReadUInt64BigEndian(run), BinaryPrimitives.ReadUInt32BigEndian(run[8..]));
}
