using Appliance.Agent.Decision;
using Appliance.Core.Cluster;

namespace Appliance.Agent.Heartbeat;

/// <summary>What speaks with the other node: our own heartbeat, or Heartbeat's protocol. One of them runs.</summary>
public interface IPairVoice : IDisposable
{
    /// <summary>Real-time priority and locked memory were both permitted.</summary>
    bool Realtime { get; }

    /// <summary>Worst lateness of our own sending.</summary>
    long LatenessMaxMicroseconds { get; }

    /// <summary>Rounds of its thread and turns of the decision loop, which prove to the watchdog that both live. Any thread.</summary>
    (long Rounds, long Turns) Progress { get; }

    /// <summary>Without progress for this long either of them stands still.</summary>
    TimeSpan StandstillBound { get; }

    /// <summary>Begins to speak and to listen.</summary>
    void Start();

    /// <summary>A new state of the node: what is said follows from it. Called by the decision loop after every step.</summary>
    void Publish(NodeState state);

    /// <summary>The next thing heard, or null. Called by the decision loop on every turn: that it calls shows that it lives.</summary>
    Event? TakeHeard();

    /// <summary>Says what changed before the next keepalive. Any thread.</summary>
    void SpeakNow();

    /// <summary>Takes new keys into use at once. Any thread.</summary>
    void ReplaceKeys(AgentFiles files);

    /// <summary>Says the last word and ends. With <paramref name="resourcesStay"/> the other node is told that they run on.</summary>
    void Goodbye(bool resourcesStay);

    /// <summary>What went over each link, by link number.</summary>
    IReadOnlyList<LinkTraffic> Traffic();
}
