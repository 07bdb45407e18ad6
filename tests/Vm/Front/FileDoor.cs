using Appliance.Core.Replica;
using Appliance.Drivers.BlockDisk;
using Appliance.Drivers.BlockFront;
using Appliance.Drivers.Interop;

namespace Appliance.Vm.Front;

/// <summary>A door that leads to a file, one request after the other: what a front end gives and takes can be seen without a
/// replica.</summary>
internal sealed unsafe class FileDoor : IBlockDoor, IDisposable
{
    private const int Slots = 192;
    private const int PunchHole = 0x1 | 0x2; // FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE
    private readonly AlignedMemory _memory = new(Slots * BlockBuffers.SlotBytes);
    private readonly int _fd;
    private readonly Dictionary<BlockKind, long> _counts = [];

    public FileDoor(string path, long size)
    {
        Buffers = new BlockBuffers(_memory.Memory);
        Size = size;
        using (var file = new FileStream(path, FileMode.OpenOrCreate))
            if (file.Length < size) file.SetLength(size);
        _fd = Libc.open(path, 2 | 0x80000);
        if (_fd < 0) throw new IOException($"{path}: {Errno.LastWords}");
    }

    public long Size { get; }

    public BlockBuffers Buffers { get; }

    /// <summary>"reads 10 writes 20 flushes 3 …".</summary>
    public string Counts => string.Join(' ', _counts.Select(pair => $"{pair.Key} {pair.Value}"));

    public nint AddressOf(int buffer) => (nint)(_memory.Address + ((long)buffer * BlockBuffers.SlotBytes));

    public void Submit(IBlockFront front, in BlockRequest request)
    {
        _counts[request.Kind] = _counts.GetValueOrDefault(request.Kind) + 1;
        var address = request.Buffer >= 0 ? (byte*)AddressOf(request.Buffer) : null;
        nint result = request.Kind switch
        {
            BlockKind.Read => Libc.pread(_fd, address, request.Length, request.Offset),
            BlockKind.Write => Libc.pwrite(_fd, address, request.Length, request.Offset),
            BlockKind.Flush => Libc.fdatasync(_fd),
            _ => Libc.fallocate(_fd, PunchHole, request.Offset, request.Length),
        };
        if (result >= 0 && request.ForceUnitAccess) result = Math.Min(result, Libc.fdatasync(_fd) < 0 ? -1 : result);
        front.Answer(request.Tag, result < 0 ? -Errno.Last : (int)result);
    }

    public void Dispose()
    {
        _ = Libc.close(_fd);
        ((IDisposable)_memory).Dispose();
    }
}
