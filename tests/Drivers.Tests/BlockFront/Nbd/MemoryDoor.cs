using Appliance.Core.Replica;
using Appliance.Drivers.BlockDisk;
using Appliance.Drivers.BlockFront;

namespace Appliance.Drivers.Tests.BlockFront.Nbd;

/// <summary>A device in memory that answers when it is told to, in any order, and fails where it is told to.</summary>
internal sealed unsafe class MemoryDoor : IBlockDoor, IDisposable
{
    private readonly AlignedMemory _memory;
    private readonly List<(IBlockFront Front, BlockRequest Request)> _waiting = [];

    public MemoryDoor(int size, int slots = 64)
    {
        _memory = new AlignedMemory(slots * BlockBuffers.SlotBytes);
        Buffers = new BlockBuffers(_memory.Memory);
        Bytes = new byte[size];
    }

    public byte[] Bytes { get; }

    public long Size => Bytes.Length;

    public BlockBuffers Buffers { get; }

    /// <summary>Answers within Submit.</summary>
    public bool AtOnce { get; set; }

    /// <summary>errno of requests that touch this byte.</summary>
    public long BadByte { get; set; } = -1;

    /// <summary>In the order of asking.</summary>
    public List<BlockRequest> Asked { get; } = [];

    public int Waiting => _waiting.Count;

    public nint AddressOf(int buffer) => (nint)(_memory.Address + ((long)buffer * BlockBuffers.SlotBytes));

    /// <summary>Neither checks nor remembers requests: both allocate.</summary>
    public bool Quiet { get; set; }

    public void Submit(IBlockFront front, in BlockRequest request)
    {
        if (!Quiet) Look(request);
        if (AtOnce) Do(front, request);
        else _waiting.Add((front, request));
    }

    private void Look(BlockRequest request)
    {
        Assert.Equal(0, request.Offset % Geometry.SectorBytes);
        Assert.Equal(0, request.Length % Geometry.SectorBytes);
        Assert.DoesNotContain(_waiting, other => other.Request.Tag == request.Tag);
        Assert.True(request.Kind == BlockKind.Flush || request.Length > 0);
        Assert.True(request.Offset + request.Length <= Size);
        Asked.Add(request);
    }

    /// <summary>Answers some of what waits.</summary>
    public void Answer(Random order)
    {
        for (var left = order.Next(_waiting.Count + 1); left > 0; left--)
        {
            var at = order.Next(_waiting.Count);
            var (front, request) = _waiting[at];
            _waiting.RemoveAt(at);
            Do(front, request);
        }
    }

    private void Do(IBlockFront front, in BlockRequest request)
    {
        var bad = request.Kind != BlockKind.Flush && BadByte >= request.Offset && BadByte < request.Offset + request.Length;
        if (!bad)
        {
            var here = Bytes.AsSpan((int)request.Offset, request.Length);
            if (request.Kind == BlockKind.Read) here.CopyTo(Buffers.Of(request.Buffer, request.Length));
            else if (request.Kind == BlockKind.Write) Buffers.Of(request.Buffer, request.Length).CopyTo(here);
            else here.Clear();
        }

        front.Answer(request.Tag, bad ? -5 : request.Length);
    }

    public void Dispose() => ((IDisposable)_memory).Dispose();
}
