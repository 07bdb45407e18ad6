using System.Runtime.CompilerServices;
using Appliance.Core.Replica;
using Appliance.Drivers.BlockFront;

namespace Appliance.Agent.Tests.Replica.Process;

/// <summary>A front end that asks what a test tells it, on the loop's thread, and keeps several requests under way.</summary>
internal sealed class TestFront(IBlockDoor door) : IBlockFront
{
    private const int Depth = 16;
    private readonly int[] _buffers = new int[Depth];
    private readonly bool[] _busy = new bool[Depth];
    private int _ordered;
    private int _left;
    private int _running;

    public string Name => "test";

    /// <summary>Whoever is told to go says no for so many times.</summary>
    public int Stubborn { get; set; }

    public bool IsDisposed { get; private set; }

    public long SizeSeen { get; private set; } = door.Size;

    public int Bad;

    public ManualResetEventSlim Finished { get; } = new();

    /// <summary>As <see cref="Run"/>, at the end of a turn to come. Any thread.</summary>
    public void Start(int requests)
    {
        Finished.Reset();
        Volatile.Write(ref _ordered, requests);
    }

    public void TurnEnds()
    {
        if (Interlocked.Exchange(ref _ordered, 0) is > 0 and var requests) Run(requests);
    }

    /// <summary>Writes and reads 4 KiB blocks, flushing now and then. Called on the loop's thread.</summary>
    public void Run(int requests)
    {
        Finished.Reset();
        _left = requests;
        for (var tag = 0u; tag < Depth; tag++)
        {
            Assert.True(door.Buffers.TryTake(BufferUse.Front, out _buffers[tag]));
            door.Buffers[_buffers[tag]][..4096].Fill((byte)(tag + 1));
        }

        for (var tag = 0u; tag < Depth; tag++) Ask(tag);
    }

    private void Ask(uint tag)
    {
        // An answer may come within the call: count first.
        while (_left > 0 && !_busy[tag])
        {
            _left--;
            _running++;
            _busy[tag] = true;
            door.Submit(this, Next(tag));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private BlockRequest Next(uint tag) => (_left % 8) switch
    {
        0 => new BlockRequest(tag, BlockKind.Read, tag * 4096, 4096, _buffers[tag], false),
        1 when _left % 512 == 1 => new BlockRequest(tag, BlockKind.Flush, 0, 0, BlockBuffers.None, false),
        _ => new BlockRequest(tag, BlockKind.Write, tag * 4096, 4096, _buffers[tag], false),
    };

    public void Answer(uint tag, int result)
    {
        if (result < 0) Bad++;
        _running--;
        _busy[tag] = false;
        if (_left > 0)
        {
            Ask(tag);
            return;
        }

        if (_running > 0) return;
        foreach (var buffer in _buffers) door.Buffers.Release(buffer);
        Finished.Set();
    }

    public void BuffersFree()
    {
    }

    public void Resized(long size) => SizeSeen = size;

    public bool Withdraw() => Stubborn-- <= 0;

    public void Dispose() => IsDisposed = true;
}
