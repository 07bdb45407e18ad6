using Appliance.Drivers.BlockDisk;
using Appliance.Drivers.Interop;
using Appliance.Drivers.IoLoop;

namespace Appliance.Drivers.Tests.IoLoop;

/// <summary>A loop with an owner that writes down what ended, memory, a file and two connected sockets.</summary>
internal sealed unsafe class LoopBench : IIoOwner, IDisposable
{
    private const int Unix = 1; // AF_UNIX
    private const int Stream = 1; // SOCK_STREAM
    private const int CloseOnExec = 0x80000;
    private readonly AlignedMemory _memory = new(4 << 20);
    private readonly FileInfo _file = new(Path.Combine(Path.GetTempPath(), $"loop-{Guid.NewGuid():N}"));
    private readonly FileStream _stream;

    public LoopBench(IoLoopKind kind)
    {
        Loop = IoLoops.Open(kind, out var words);
        Assert.Equal(kind, Loop is UringLoop ? IoLoopKind.Uring : IoLoopKind.Pool);
        Assert.NotEmpty(words);
        _stream = _file.Open(FileMode.CreateNew, FileAccess.ReadWrite);
        (Left, Right) = Pair();
    }

    public Drivers.IoLoop.IoLoop Loop { get; }

    public int File => (int)_stream.SafeFileHandle.DangerousGetHandle();

    public int Left { get; private set; }

    public int Right { get; private set; }

    public byte* Bytes => _memory.Address;

    public Span<byte> Span => _memory.GetSpan();

    public List<(ulong Token, int Result)> Ended { get; } = [];

    /// <summary>Runs within Done.</summary>
    public Action<ulong, int>? Then { get; set; }

    public static (int Left, int Right) Pair(int flags = 0)
    {
        var ends = stackalloc int[2];
        Assert.Equal(0, Libc.socketpair(Unix, Stream | CloseOnExec | flags, 0, ends));
        return (ends[0], ends[1]);
    }

    public void Done(ulong token, int result)
    {
        Ended.Add((token, result));
        Then?.Invoke(token, result);
    }

    /// <summary>Turns until so many have ended, and returns the last result.</summary>
    public int Until(int count)
    {
        var late = Environment.TickCount64 + 10_000;
        while (Ended.Count < count)
        {
            Assert.True(Environment.TickCount64 < late, $"{Ended.Count} of {count} ended");
            Loop.Turn(TimeSpan.FromMilliseconds(100));
        }

        return Ended[^1].Result;
    }

    public int ResultOf(ulong token) => Ended.Single(end => end.Token == token).Result;

    public void CloseLeft()
    {
        _ = Libc.close(Left);
        Left = -1;
    }

    public void CloseRight()
    {
        _ = Libc.close(Right);
        Right = -1;
    }

    public void Dispose()
    {
        Loop.Dispose();
        if (Left >= 0) CloseLeft();
        if (Right >= 0) CloseRight();
        _stream.Dispose();
        _file.Delete();
        ((IDisposable)_memory).Dispose();
    }
}
