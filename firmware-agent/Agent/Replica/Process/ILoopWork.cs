using Appliance.Core.Time;
using Appliance.Drivers.IoLoop;

namespace Appliance.Agent.Replica.Process;

/// <summary>What runs on a <see cref="LoopThread"/>. Every member is called on that thread.</summary>
internal interface ILoopWork
{
    /// <summary>The loop is there.</summary>
    void Begin(IoLoop loop);

    /// <summary>After every turn, and at the latest when the returned instant has come.</summary>
    Instant Turned(Instant now);

    /// <summary>Nothing is left to do.</summary>
    bool Ended { get; }

    /// <summary>The loop goes away; nothing will be called any more.</summary>
    void End();
}
