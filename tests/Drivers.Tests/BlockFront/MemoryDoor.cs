using System.Collections.Concurrent;
using Appliance.Core.Replica;
using Appliance.Drivers.BlockDisk;
using Appliance.Drivers.BlockFront;
using Appliance.Drivers.IoLoop;

namespace Appliance.Drivers.Tests.BlockFront;

/// <summary>A device in memory behind a door, with a loop on a thread of its own.</summary>
internal sealed unsafe class MemoryDoor : IBlockDoor, IDisposable
{
    private readonly AlignedMemory _buffers = new(128 * BlockBuffers.SlotBytes);
    private readonly byte[] _content;
    private readonly Thread _thread;
    private readonly ConcurrentQueue<Action<DeviceFront>> _orders = new();
    private volatile bool _end;

    public MemoryDoor(int size, DeviceFrontOptions options)
    {
        _content = new byte[size];
        Buffers = new BlockBuffers(_buffers.Memory);
        _thread = new Thread(() => Run(options));
        _thread.Start();
    }

    public long Size => _content.Length;

    public BlockBuffers Buffers { get; }

    public int Flushes { get; private set; }

    public ConcurrentQueue<string> News { get; } = new();

    public nint AddressOf(int buffer) => (nint)(_buffers.Address + ((long)buffer * BlockBuffers.SlotBytes));

    public void Submit(IBlockFront front, in BlockRequest request)
    {
        var place = _content.AsSpan((int)request.Offset, request.Length);
        switch (request.Kind)
        {
            case BlockKind.Read: place.CopyTo(Buffers[request.Buffer]); break;
            case BlockKind.Write: Buffers.Of(request.Buffer, request.Length).CopyTo(place); break;
            case BlockKind.Flush: Flushes++; break;
            default: place.Clear(); break;
        }

        front.Answer(request.Tag, request.Length);
    }

    /// <summary>Asks on the loop's thread.</summary>
    public T Ask<T>(Func<DeviceFront, T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _orders.Enqueue(front => answer.SetResult(question(front)));
        return answer.Task.WaitAsync(TimeSpan.FromSeconds(20)).GetAwaiter().GetResult();
    }

    /// <summary>Asks until the answer is yes.</summary>
    public bool Becomes(Func<DeviceFront, bool> question)
    {
        for (var attempt = 0; attempt < 500; attempt++)
        {
            if (Ask(question)) return true;
            Thread.Sleep(20);
        }

        return false;
    }

    public void Dispose()
    {
        _end = true;
        _thread.Join();
        ((IDisposable)_buffers).Dispose();
    }

    private void Run(DeviceFrontOptions options)
    {
        using var loop = UringLoop.Open(out _) ?? throw new NotSupportedException("no io_uring");
        using var front = new DeviceFront(options, loop, this, (_, words) => News.Enqueue(words));
        while (!_end)
        {
            loop.Turn(TimeSpan.FromMilliseconds(10));
            while (_orders.TryDequeue(out var order)) order(front);
        }
    }
}
