using System.Buffers.Binary;
using System.Security.Cryptography;
using Appliance.Core.Replica;

namespace Appliance.Agent.Replica.Process;

/// <summary>Who this process is, and randomness for the engine, which has none.</summary>
internal static class ThisProcess
{
    public static EngineIdentity Identity() => new(
        Guid.Parse(File.ReadAllText("/proc/sys/kernel/random/boot_id").AsSpan().Trim()),
        Guid.NewGuid(),
        BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)),
        DateTimeOffset.UtcNow.ToUnixTimeSeconds());
}
