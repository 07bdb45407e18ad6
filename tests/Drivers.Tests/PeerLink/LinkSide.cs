using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using Appliance.Core.Replica;
using Appliance.Core.Replica.Wire;
using Appliance.Core.Time;
using Appliance.Core.Wire;
using Appliance.Drivers.BlockDisk;
using Appliance.Drivers.PeerLink;

namespace Appliance.Drivers.Tests.PeerLink;

/// <summary>One end of a link with its own loop; the test turns both by turns on one thread.</summary>
internal sealed unsafe class LinkSide : IPeerLinkOwner, IDisposable
{
    private readonly AlignedMemory _memory = new(96 * BlockBuffers.SlotBytes);

    public LinkSide(int node, int port, byte key = 7, bool encrypt = false, string name = "data", IPAddress? caller = null)
    {
        Loop = Drivers.IoLoop.IoLoops.Open(Drivers.IoLoop.IoLoopKind.Uring, out _);
        Buffers = new BlockBuffers(_memory.Memory);
        var keys = new KeySet([new Key(1, [.. Enumerable.Repeat(key, 32)])]);
        var at = new IPEndPoint(IPAddress.Loopback, port);
        var greeting = new GreetingConfig(name, Guid.Empty, node, keys, encrypt);
        Link = new Drivers.PeerLink.PeerLink(
            Loop, new PeerLinkConfig(greeting, node == 0 ? at : null, at) { Caller = caller }, Buffers,
            buffer => (nint)(_memory.Address + ((long)buffer * BlockBuffers.SlotBytes)), this, () => Now);
    }

    public static Instant Now => new(Stopwatch.GetElapsedTime(0));

    public Drivers.IoLoop.IoLoop Loop { get; }

    public BlockBuffers Buffers { get; }

    public Drivers.PeerLink.PeerLink Link { get; }

    public uint Session { get; private set; }

    public List<string> Downs { get; } = [];

    public bool IsFinal { get; private set; }

    public long Frames { get; private set; }

    public ulong Sum { get; private set; }

    public bool KeepsBuffers { get; set; }

    /// <summary>Frames of a session are numbered from 1 on, and a payload consists of its number.</summary>
    public bool ChecksNumbers { get; init; }

    /// <summary>Of the last frame of this session.</summary>
    public ulong Number { get; private set; }

    public List<int> Kept { get; } = [];

    public void LinkUp(uint session) => (Session, Number) = (session, 0);

    public void LinkDown(uint session, string words, bool final)
    {
        if (session == Session || session == 0) Session = 0;
        Downs.Add(words);
        IsFinal |= final;
    }

    public void Frame(uint session, in FrameHeader header, int buffer)
    {
        Frames++;
        if (ChecksNumbers && header.Sequence != ++Number) throw new InvalidOperationException("a frame is missing or came twice");
        if (buffer == BlockBuffers.None) return;
        var payload = Buffers.Of(buffer, header.Length);
        Sum += payload[0] + ((ulong)payload[^1] << 8) + (ulong)header.Length;
        if (payload.IndexOfAnyExcept(payload[0]) >= 0) throw new InvalidOperationException("a payload was mixed up");
        if (ChecksNumbers && payload[0] != (byte)header.Sequence) throw new InvalidOperationException("a payload belongs to another frame");
        if (KeepsBuffers) Kept.Add(buffer);
        else Buffers.Release(buffer);
    }

    public void Turn()
    {
        Loop.Turn(TimeSpan.FromMilliseconds(1));
        Link.Turned(Now);
    }

    public void Dispose()
    {
        Link.Dispose();
        Loop.Turn(TimeSpan.FromMilliseconds(10));
        Loop.Dispose();
        ((IDisposable)_memory).Dispose();
    }

    public static void Until(Func<bool> done, params LinkSide[] sides)
    {
        for (var end = Now + TimeSpan.FromSeconds(10); !done();)
        {
            Assert.True(Now < end, "it did not come to it within 10 s");
            foreach (var side in sides) side.Turn();
        }
    }
}
