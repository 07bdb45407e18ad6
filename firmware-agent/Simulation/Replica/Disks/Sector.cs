using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Appliance.Simulation.Replica.Disks;

/// <summary>
/// What a sector of 512 bytes says of itself: which write made it, and for which place. Every word of it depends on both, so that the
/// checker can name the write it reads, and sees bytes that no write ever made.
/// </summary>
public static class Sector
{
    public const int Bytes = 512;

    /// <summary>The write that "made" a sector of zeroes.</summary>
    public const long Zeroes = 0;

    private const ulong Mark = 0x5EC7;
    private const int Words = Bytes / 8;

    /// <summary>Writes what write <paramref name="id"/> puts into sector <paramref name="number"/>.</summary>
    public static void Stamp(Span<byte> sector, long number, long id)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(sector, (Mark << 48) | (ulong)id);
        var key = Key(number, id);
        for (var word = 1; word < Words; word++) BinaryPrimitives.WriteUInt64LittleEndian(sector[(word * 8)..], key + ((ulong)word << 32));
    }

    /// <summary>The write that made a sector; <see cref="Zeroes"/>; or a negative number for bytes that no write made.</summary>
    public static long Read(ReadOnlySpan<byte> sector, long number)
    {
        var first = BinaryPrimitives.ReadUInt64LittleEndian(sector);
        if (first == 0 && sector.IndexOfAnyExcept((byte)0) < 0) return Zeroes;
        if (first >> 48 != Mark) return Garbage(sector);
        var id = (long)(first & ((1UL << 48) - 1));
        var key = Key(number, id);
        for (var word = 1; word < Words; word++)
            if (BinaryPrimitives.ReadUInt64LittleEndian(sector[(word * 8)..]) != key + ((ulong)word << 32)) return Garbage(sector);
        return id;
    }

    /// <summary>For words: what a sector is.</summary>
    public static string Name(long id) => id switch { Zeroes => "zeroes", < 0 => "bytes that no write made", _ => $"write {id}" };

    private static ulong Key(long number, long id) => new Dice((ulong)((id << 20) ^ number)).Next();

    private static long Garbage(ReadOnlySpan<byte> sector)
    {
        var sum = 0x9E3779B97F4A7C15UL;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(sector)) sum = ((sum ^ word) * 0xBF58476D1CE4E5B9UL) ^ (sum >> 29);
        return -1 - (long)(sum & long.MaxValue >> 1);
    }
}
