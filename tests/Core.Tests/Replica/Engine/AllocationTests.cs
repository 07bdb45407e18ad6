using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;
using Appliance.Core.Replica.Wire;
using Appliance.Core.Time;

namespace Appliance.Core.Tests.Replica.Engine;

/// <summary>Users' requests cost no garbage, mirrored ones included: a garbage collection would stop the one thread of a replica.</summary>
public sealed class AllocationTests
{
    private const int Requests = 200_000;

    /// <summary>What a runtime that compiles while it runs may need once, bytes.</summary>
    private const int NotPerRequest = 32 << 10;

    [Theory]
    [InlineData(Protocol.A)]
    [InlineData(Protocol.B)]
    [InlineData(Protocol.C)]
    public void A_mirrored_request_allocates_nothing(Protocol protocol)
    {
        var pair = TwoReplicas.Synced(config => config with { Protocol = protocol });
        var tight = new TightLoop(pair);
        tight.Run(2000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        tight.Run(Requests);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, NotPerRequest);
        Assert.Equal(Requests + 2000, tight.Answered);
    }

    [Fact]
    public void A_request_without_the_peer_allocates_nothing()
    {
        var pair = TwoReplicas.Synced(config => config with { Fencing = Fencing.DontCare });
        pair.Cut();
        var tight = new TightLoop(pair);
        tight.Run(2000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        tight.Run(Requests);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, NotPerRequest);
    }

    /// <summary>Both engines of a pair with nothing around them.</summary>
    private sealed class TightLoop(TwoReplicas pair)
    {
        private uint _tag = 1_000_000;

        public int Answered { get; private set; }

        public void Run(int requests)
        {
            for (var request = 0; request < requests; request++)
            {
                pair.A.Buffers.TryTake(BufferUse.Front, out var buffer);
                var block = request * 7 % TwoReplicas.Blocks;
                var kind = (request % 8) switch
                {
                    0 => BlockKind.Read,
                    1 => BlockKind.Flush,
                    2 => BlockKind.WriteZeroes,
                    _ => BlockKind.Write,
                };
                var length = kind == BlockKind.Flush ? 0 : Geometry.BlockBytes;
                var used = kind is BlockKind.Read or BlockKind.Write ? buffer : BlockBuffers.None;
                pair.Now += TimeSpan.FromMicroseconds(20);
                pair.A.Step(ReplicaEvent.Front(new BlockRequest(
                    _tag++, kind, (long)block * Geometry.BlockBytes, length, used, request % 16 == 5)));
                pair.A.Buffers.Release(buffer);
                while (Perform(pair.A) | Perform(pair.B))
                {
                }
            }
        }

        private bool Perform(Side side)
        {
            var any = false;
            while (side.Engine.Effects.TryTake(out var effect))
            {
                any = true;
                switch (effect.Kind)
                {
                    case EffectKind.Send: Deliver(side, effect); break;
                    case EffectKind.Complete: Answered++; break;
                    case EffectKind.DiskRead or EffectKind.DiskWrite or EffectKind.DiskFlush or EffectKind.DiskZero:
                        side.Step(ReplicaEvent.DiskDone(effect.Id, effect.Length));
                        break;
                    default: break;
                }
            }

            return any;
        }

        private static void Deliver(Side side, in ReplicaEffect effect)
        {
            var copy = BlockBuffers.None;
            if (effect.Buffer != BlockBuffers.None)
            {
                side.Peer.Buffers.TryTake(BufferUse.Link, out copy);
                side.Buffers.Of(effect.Buffer, effect.Header.Length).CopyTo(side.Peer.Buffers[copy]);
                side.Buffers.Release(effect.Buffer);
            }

            side.Peer.Step(ReplicaEvent.Frame(effect.Session, effect.Header, copy));
        }
    }
}
