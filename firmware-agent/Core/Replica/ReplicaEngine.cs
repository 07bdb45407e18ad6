using Appliance.Core.Time;

namespace Appliance.Core.Replica;

/// <summary>Who we are, for the superblock. Made by the shell, which owns randomness.</summary>
/// <param name="Boot">/proc/sys/kernel/random/boot_id.</param>
/// <param name="Instance">Random, of this process.</param>
/// <param name="Seed">Random, for new generation ids.</param>
/// <param name="UnixSeconds">Wall time at the start, for people only.</param>
public readonly record struct EngineIdentity(Guid Boot, Guid Instance, ulong Seed, long UnixSeconds);

/// <summary>
/// One replica: decides everything, does nothing. No clock, socket, file or thread: the same events give the same effects. After every
/// <see cref="Step"/> the shell performs what is in <see cref="Effects"/>, in order, and calls again at <see cref="NextDeadline"/>.
/// It starts without disk and connection; the shell orders Attach and Connect.
/// </summary>
public sealed class ReplicaEngine
{
    private readonly ReplicaConfig _config;

    public ReplicaEngine(ReplicaConfig config, EngineIdentity identity, BlockBuffers buffers, Instant now)
    {
        _ = (identity, buffers);
        (_config, NextDeadline) = (config, now);
    }

    public EffectQueue Effects { get; } = new();

    /// <summary>When <see cref="ReplicaEvent.Tick"/> is due at the latest.</summary>
    public Instant NextDeadline { get; private set; }

    /// <summary>Handles one event.</summary>
    public void Step(in ReplicaEvent input, Instant now) =>
        throw new InvariantException($"{_config.Name}: {input.Kind} at {now}: the engine is not here yet");

    public ReplicaStatus Status(Instant now) => throw new InvariantException($"{_config.Name}: {now}: the engine is not here yet");
}
