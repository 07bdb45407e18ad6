using System.Buffers;
using System.Runtime.InteropServices;

namespace Appliance.Drivers.BlockDisk;

/// <summary>Native memory, aligned for O_DIRECT, that costs nothing until it is touched.</summary>
public sealed unsafe class AlignedMemory : MemoryManager<byte>
{
    private const int Alignment = 4096;
    private readonly int _length;
    private byte* _bytes;

    /// <param name="length">Bytes.</param>
    /// <param name="zeroed">All zeroes at first, which touches every page.</param>
    public AlignedMemory(int length, bool zeroed = false)
    {
        _length = length;
        _bytes = (byte*)NativeMemory.AlignedAlloc((nuint)length, Alignment);
        if (zeroed) GetSpan().Clear();
    }

    public byte* Address => _bytes;

    public override Span<byte> GetSpan() => new(_bytes, _length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(_bytes + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        NativeMemory.AlignedFree(_bytes);
        _bytes = null;
    }
}
