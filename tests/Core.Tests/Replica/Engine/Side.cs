using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.History;

namespace Appliance.Core.Tests.Replica.Engine;

/// <summary>One of two engines, with a disk in memory.</summary>
internal sealed class Side
{
    private readonly TwoReplicas _pair;
    private readonly int _node;
    private readonly ReplicaConfig _config;
    private uint _tag;
    private int _boots;
    private int _starts;

    public Side(TwoReplicas pair, int node, ReplicaConfig config)
    {
        (_pair, _node, _config) = (pair, node, config);
        Peer = this;
        Layout = new MetadataLayout(Disk.Length, TwoReplicas.Size);
        Engine = NewEngine();
    }

    public byte[] Disk { get; } = new byte[8 << 20];

    public MetadataLayout Layout { get; }

    public Guid Boot => new(_node + 10, (short)_boots, 0, new byte[8]);

    public BlockBuffers Buffers { get; private set; } = new(new byte[96 * BlockBuffers.SlotBytes]);

    public ReplicaEngine Engine { get; private set; }

    public Side Peer { get; set; }

    public bool WantsLink { get; set; }

    public uint Session { get; set; }

    /// <summary>Requests fail with this while it is set.</summary>
    public int DiskErrno { get; set; }

    /// <summary>The next read fails with this.</summary>
    public int FailNextRead { get; set; }

    /// <summary>Writes of metadata fail with this.</summary>
    public int FailMetadata { get; set; }

    /// <summary>Flushes fail with this.</summary>
    public int FailFlush { get; set; }

    public bool HasEnded { get; private set; }

    /// <summary>What a process of this boot kept when it gave the disk up.</summary>
    public GivenUpNote? GivenUp { get; set; }

    /// <summary>Disk requests are kept and not carried out.</summary>
    public bool DiskHangs { get; set; }

    public List<ReplicaEffect> Hanging { get; } = [];

    public Dictionary<uint, int> Answers { get; } = [];

    public List<string> Told { get; } = [];

    public List<string> Refusals { get; } = [];

    public int FenceQuestions { get; private set; }

    public int MirrorFlushes { get; private set; }

    public ReplicaStatus Status => Engine.Status(_pair.Now);

    public ReadOnlySpan<byte> Data => Disk.AsSpan(0, (int)TwoReplicas.Size);

    public void Create() => Order(new ReplicaOrder.Attach(Image(New())));

    public Superblock New() => new()
    {
        Sequence = 1, Cluster = Guid.Empty, Device = new Guid(_node + 1, 0, 0, new byte[8]), Node = _node, DataBytes = TwoReplicas.Size,
        CapacityBytes = TwoReplicas.Size, RegionShift = 16, Disk = DiskState.Inconsistent, Flags = SuperblockFlags.Clean,
        Generations = new Generations(Generations.JustCreated, 0, default, default), Term = 0, PeerDevice = Guid.Empty, PeerCurrent = 0,
        PeerDataBytes = 0, Boot = Guid.Empty, Instance = Guid.Empty, WrittenAt = 0,
    };

    public DiskImage Image(Superblock super) =>
        new(super, 0, Layout, new byte[IntentText.BitsBytes], 0, 1, new DirtyBitmap(TwoReplicas.Blocks));

    public void Order(ReplicaOrder order)
    {
        Step(ReplicaEvent.Ordered(order));
        _pair.Settle();
    }

    public uint Write(long block, byte fill, int blocks = 1, bool fua = false)
    {
        Assert.True(Buffers.TryTake(BufferUse.Front, out var buffer));
        Buffers.Of(buffer, blocks * Geometry.BlockBytes).Fill(fill);
        var tag = Submit(BlockKind.Write, block * Geometry.BlockBytes, blocks * Geometry.BlockBytes, buffer, fua);
        Buffers.Release(buffer);
        return tag;
    }

    public byte Read(long block)
    {
        Assert.True(Buffers.TryTake(BufferUse.Front, out var buffer));
        Buffers.Of(buffer, Geometry.BlockBytes).Fill(0xEE);
        var tag = Submit(BlockKind.Read, block * Geometry.BlockBytes, Geometry.BlockBytes, buffer, false);
        var value = Buffers.Of(buffer, 1)[0];
        Buffers.Release(buffer);
        Assert.Equal(Geometry.BlockBytes, Answers[tag]);
        return value;
    }

    public uint Flush() => Submit(BlockKind.Flush, 0, 0, BlockBuffers.None, false);

    public uint Zero(long block, int blocks) =>
        Submit(BlockKind.WriteZeroes, block * Geometry.BlockBytes, blocks * Geometry.BlockBytes, BlockBuffers.None, false);

    public void Step(in ReplicaEvent input) => Engine.Step(input, _pair.Now);

    public void Tick()
    {
        if (_pair.Now >= Engine.NextDeadline) Step(ReplicaEvent.Tick());
    }

    public void Down(string why)
    {
        var session = Session;
        Session = 0;
        if (session != 0) Step(ReplicaEvent.LinkDown(session, why));
    }

    public void Hear(uint session, in ReplicaEffect effect, byte[] payload)
    {
        var buffer = BlockBuffers.None;
        if (payload.Length > 0)
        {
            Assert.True(Buffers.TryTake(BufferUse.Link, out buffer));
            payload.CopyTo(Buffers[buffer]);
        }

        Step(ReplicaEvent.Frame(session, effect.Header, buffer));
    }

    /// <summary>The process dies and a new one attaches <paramref name="image"/>.</summary>
    public void Restart(DiskImage image)
    {
        _pair.IsCutFor(this);
        Buffers = new BlockBuffers(new byte[96 * BlockBuffers.SlotBytes]);
        Engine = NewEngine();
        WantsLink = false;
        Order(new ReplicaOrder.Attach(image));
    }

    /// <summary>What the disk says now, as a new process would read it.</summary>
    public DiskImage Reread()
    {
        var slots = new[] { 0, 1 }.Select(slot => SuperblockText.Read(Block(Layout.Superblock(slot)), out _)).ToArray();
        var newest = (slots[1]?.Sequence ?? 0) > (slots[0]?.Sequence ?? 0) ? 1 : 0;
        var intents = new[] { 0, 1 }.Select(slot => (Bits: IntentText.Read(Block(Layout.Intent(slot)), out var sequence, out _), sequence))
            .ToArray();
        var hot = intents[1].sequence > intents[0].sequence ? 1 : 0;
        var bitmap = new DirtyBitmap(TwoReplicas.Blocks);
        bitmap.LoadPage(0, Block(Layout.BitmapPage(0)));
        return new DiskImage(
            slots[newest]!, newest, Layout, intents[hot].Bits ?? new byte[IntentText.BitsBytes], hot, intents[hot].sequence, bitmap);
    }

    /// <summary>The process dies and the next one reads the disk; with a loss of power in another boot.</summary>
    public void Restart(bool powerLost)
    {
        if (powerLost) (_boots, GivenUp) = (_boots + 1, null);
        var image = Reread();
        Restart(GivenUp?.Applied(image) ?? image);
    }

    private Span<byte> Block(long offset) => Disk.AsSpan((int)offset, Geometry.BlockBytes);

    public bool Perform()
    {
        var any = false;
        while (Engine.Effects.TryTake(out var effect))
        {
            any = true;
            Perform(effect);
        }

        return any;
    }

    public void Release()
    {
        DiskHangs = false;
        foreach (var effect in Hanging.ToArray()) DoDisk(effect);
        Hanging.Clear();
        _pair.Settle();
    }

    private ReplicaEngine NewEngine() => new(
        _config, new EngineIdentity(Boot, Guid.Empty, (ulong)(_node + 77 + (++_starts * 1000)), 0), Buffers, _pair.Now);

    private uint Submit(BlockKind kind, long offset, int length, int buffer, bool fua)
    {
        Step(ReplicaEvent.Front(new BlockRequest(++_tag, kind, offset, length, buffer, fua)));
        _pair.Settle();
        return _tag;
    }

    private void Perform(in ReplicaEffect effect)
    {
        switch (effect.Kind)
        {
            case EffectKind.Send: _pair.Send(this, effect); break;
            case EffectKind.Complete: Answers[effect.Tag] = effect.Result; break;
            case EffectKind.Connect: WantsLink = true; break;
            case EffectKind.Disconnect: TwoReplicas.Closed(this, effect.Final); break;
            case EffectKind.Tell: Told.Add(effect.Words!); break;
            case EffectKind.Ended: HasEnded = true; break;
            case EffectKind.GivenUp: GivenUp = new GivenUpNote(New().Device, (ulong)effect.Offset, effect.Result == 1); break;
            case EffectKind.AskFence: FenceQuestions++; break;
            case EffectKind.Ordered when effect.Result < 0: Refusals.Add(effect.Words!); break;
            case EffectKind.DiskRead or EffectKind.DiskWrite or EffectKind.DiskFlush or EffectKind.DiskZero:
                if (DiskHangs) Hanging.Add(effect);
                else DoDisk(effect);
                break;
            default: break;
        }
    }

    private void DoDisk(in ReplicaEffect effect)
    {
        if (DiskErrno != 0)
        {
            Step(ReplicaEvent.DiskDone(effect.Id, -DiskErrno));
            return;
        }

        if (effect.Kind == EffectKind.DiskFlush && FailFlush != 0)
        {
            Step(ReplicaEvent.DiskDone(effect.Id, -FailFlush));
            return;
        }

        if (effect.Kind == EffectKind.DiskRead && FailNextRead != 0)
        {
            var errno = FailNextRead;
            FailNextRead = 0;
            Step(ReplicaEvent.DiskDone(effect.Id, -errno));
            return;
        }

        if (effect.Area == DiskArea.Metadata && FailMetadata != 0)
        {
            Step(ReplicaEvent.DiskDone(effect.Id, -FailMetadata));
            return;
        }

        var range = Disk.AsSpan((int)effect.Offset, effect.Length);
        if (effect.Kind == EffectKind.DiskRead) range.CopyTo(Buffers[effect.Buffer][effect.BufferOffset..]);
        if (effect.Kind == EffectKind.DiskWrite) Buffers[effect.Buffer].Slice(effect.BufferOffset, effect.Length).CopyTo(range);
        if (effect.Kind == EffectKind.DiskZero) range.Clear();
        if (effect.Kind == EffectKind.DiskFlush) MirrorFlushes++;
        Step(ReplicaEvent.DiskDone(effect.Id, effect.Length));
    }
}
