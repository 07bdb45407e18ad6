using Appliance.Core.Replica;
using Appliance.Drivers.BlockFront;
using Appliance.Drivers.IoLoop;
using Appliance.Drivers.PeerLink;

namespace Appliance.Agent.Replica.Process;

/// <summary>What an <see cref="EngineWork"/> is made of.</summary>
/// <param name="Config">Of the replica.</param>
/// <param name="Identity">Of this process.</param>
/// <param name="Buffers">Of 128 KiB each; untouched ones cost no memory.</param>
/// <param name="Fronts">Makes the front ends, on the loop's thread; none is open before the engine is primary.</param>
/// <param name="Link">How the peer is found and known; null: there is no peer.</param>
internal sealed record EngineOptions(
    ReplicaConfig Config,
    EngineIdentity Identity,
    int Buffers,
    Func<IoLoop, IBlockDoor, Action<NewsKind, string>, FrontEnds> Fronts,
    PeerLinkConfig? Link);
