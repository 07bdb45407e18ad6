using System.Buffers.Binary;
using System.Numerics;

namespace Appliance.Core.Replica.Disk;

/// <summary>One bit a block of 4 KiB: 1 means that the two copies may differ there. Counts what is set; knows which pages differ from
/// the disk.</summary>
public sealed class DirtyBitmap
{
    /// <summary>Blocks that one page of metadata stands for.</summary>
    public const int BlocksPerPage = 8 * Geometry.BlockBytes;

    private const int WordsPerPage = BlocksPerPage / 64;
    private readonly ulong[] _words;
    private readonly bool[] _changed;

    /// <param name="blocks">Blocks of the volume.</param>
    public DirtyBitmap(long blocks)
    {
        Blocks = blocks;
        Pages = (int)((blocks + BlocksPerPage - 1) / BlocksPerPage);
        (_words, _changed) = (new ulong[(long)Pages * WordsPerPage], new bool[Pages]);
    }

    public long Blocks { get; }

    public int Pages { get; }

    /// <summary>Set bits.</summary>
    public long Count { get; private set; }

    public bool this[long block] => (_words[block >> 6] >> (int)(block & 63) & 1) != 0;

    /// <summary>Marks blocks; returns how many were clear.</summary>
    public long Set(long first, long count) => Change(first, count, set: true);

    /// <summary>Unmarks blocks; returns how many were marked.</summary>
    public long Clear(long first, long count) => Change(first, count, set: false);

    /// <summary>The next run of marked blocks at or after <paramref name="from"/>, at most <paramref name="max"/> long.</summary>
    public bool TryNext(long from, int max, out long first, out int count)
    {
        (first, count) = (0, 0);
        for (var block = from; block < Blocks;)
        {
            var word = _words[block >> 6] >> (int)(block & 63);
            if (word == 0)
            {
                block = (block | 63) + 1;
                continue;
            }

            first = block + BitOperations.TrailingZeroCount(word);
            while (count < max && first + count < Blocks && this[first + count]) count++;
            return true;
        }

        return false;
    }

    /// <summary>Any marked block in the range.</summary>
    public bool Any(long first, long count) => TryNext(first, 1, out var found, out _) && found < first + count;

    /// <summary>A page that differs from the disk, or -1. Searches from <paramref name="from"/> on, around.</summary>
    public int NextChangedPage(int from)
    {
        for (var step = 0; step < Pages; step++)
        {
            var page = (from + step) % Pages;
            if (_changed[page]) return page;
        }

        return -1;
    }

    public bool IsChanged(int page) => _changed[page];

    /// <summary>Copies a page as it stands on disk, and takes it for written.</summary>
    public void TakePage(int page, Span<byte> into)
    {
        var words = _words.AsSpan(page * WordsPerPage, WordsPerPage);
        for (var at = 0; at < words.Length; at++) BinaryPrimitives.WriteUInt64LittleEndian(into[(at * 8)..], words[at]);
        _changed[page] = false;
    }

    /// <summary>The write of a page failed: it differs again.</summary>
    public void KeepChanged(int page) => _changed[page] = true;

    /// <summary>Reads a page from disk. Bits behind the end of the volume do not count.</summary>
    public void LoadPage(int page, ReadOnlySpan<byte> bytes)
    {
        var words = _words.AsSpan(page * WordsPerPage, WordsPerPage);
        for (var at = 0; at < words.Length; at++)
        {
            Count -= BitOperations.PopCount(words[at]);
            words[at] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(at * 8)..]) & Valid((((long)page * WordsPerPage) + at) * 64);
            Count += BitOperations.PopCount(words[at]);
        }

        _changed[page] = false;
    }

    private ulong Valid(long firstBlock) =>
        firstBlock + 64 <= Blocks ? ulong.MaxValue : firstBlock >= Blocks ? 0 : (1UL << (int)(Blocks - firstBlock)) - 1;

    private long Change(long first, long count, bool set)
    {
        Invariant.Check(first >= 0);
        Invariant.Check(first + count <= Blocks);
        var changed = 0L;
        for (var block = first; block < first + count;)
        {
            var upTo = Math.Min(first + count, (block | 63) + 1);
            var mask = (upTo - block == 64 ? ulong.MaxValue : (1UL << (int)(upTo - block)) - 1) << (int)(block & 63);
            ref var word = ref _words[block >> 6];
            var bits = set ? mask & ~word : mask & word;
            if (bits != 0)
            {
                word ^= bits;
                changed += BitOperations.PopCount(bits);
                _changed[block / BlocksPerPage] = true;
            }

            block = upTo;
        }

        Count += set ? changed : -changed;
        return changed;
    }
}
