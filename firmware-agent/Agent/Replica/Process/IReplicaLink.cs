using Appliance.Core.Replica.Wire;
using Appliance.Core.Time;

namespace Appliance.Agent.Replica.Process;

/// <summary>The connection to the peer, as the engine's effects see it. On the loop's thread.</summary>
internal interface IReplicaLink : IDisposable
{
    Instant NextDeadline { get; }

    /// <summary>Tries until <see cref="Disconnect"/> with <c>final</c>.</summary>
    void Connect();

    void Disconnect(uint session, bool final, string words);

    /// <summary>Owns one share of the buffer from now on.</summary>
    void Send(uint session, in FrameHeader header, int buffer);

    /// <summary>After every turn: time has passed, buffers may be free again.</summary>
    void Turned(Instant now);
}
