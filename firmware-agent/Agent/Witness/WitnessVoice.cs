using Appliance.Core;
using Appliance.Core.Cluster;
using Appliance.Core.Time;
using Appliance.Core.Wire;
using Facts = Appliance.Core.Cluster.Heartbeat;

namespace Appliance.Agent.Witness;

/// <summary>
/// Frame in, frame out: believes a node's heartbeat, lets the machine decide, makes a changed vote durable, and only then answers.
/// A vote that cannot be written is neither kept nor spoken.
/// </summary>
public sealed class WitnessVoice
{
    private readonly byte[] _frame = new byte[FrameLayout.FrameSizeMax];
    private readonly uint _cluster;
    private readonly ulong _incarnation;
    private readonly WitnessMachine _machine;
    private readonly Authenticator _authenticator;
    private readonly OwnSequences _own;
    private readonly HeartbeatReceiver _receiver;
    private readonly Func<WitnessMemory, string?> _write;
    private readonly Action<int, string> _journal;
    private string _writeProblem = "";

    /// <param name="options">Cluster and timing.</param>
    /// <param name="keys">Shared secrets.</param>
    /// <param name="memory">Already durable, with the incarnation of this start.</param>
    /// <param name="write">Makes a memory durable; null, or why it could not be.</param>
    /// <param name="journal">Priority of syslog(3) and a line.</param>
    public WitnessVoice(WitnessOptions options, KeySet keys, WitnessMemory memory, Func<WitnessMemory, string?> write, Action<int,
        string> journal, Instant now)
    {
        (_write, _journal, _incarnation) = (write, journal, memory.Incarnation);
        _cluster = ClusterId.Of(options.Cluster);
        _machine = new WitnessMachine(options.Deadtime, options.Keepalive);
        _authenticator = new Authenticator(_cluster, keys);
        _own = new OwnSequences(_incarnation, options.Deadtime);
        _receiver = new HeartbeatReceiver(_authenticator, Limits.WitnessNumber, _incarnation, _own, links: 1, options.Deadtime);
        State = WitnessState.Start(memory.Votes, now);
    }

    public WitnessState State { get; private set; }

    public LinkCounters Counters { get; } = new();

    /// <summary>Takes new keys into use at once. Any thread.</summary>
    public void ReplaceKeys(KeySet keys) => _authenticator.Replace(keys);

    /// <summary>Lets time pass: a gap longer than deadtime is a gap in what the witness knows.</summary>
    public void Tick(Instant now) => State = _machine.Tick(State, now);

    /// <summary>Judges one frame; the answer is empty when it was refused, and valid until the next call.</summary>
    public ReadOnlySpan<byte> Answer(ReadOnlySpan<byte> frame, Instant now)
    {
        var verdict = _receiver.Take(0, Vote.Nobody, frame, now, out var said, out var fresh);
        Counters.Count(verdict);
        if (verdict != Rejection.None) return default;
        // A copy that was overtaken by newer words of the same node is no news of what it holds.
        if (said.Sequence == _receiver.Of(said.Sender).Newest) Learn(said, fresh, now);
        return Compose(said, now);
    }

    private void Learn(in Facts said, bool fresh, Instant now)
    {
        var next = _machine.Hear(State, said, fresh, now);
        if (!next.Votes.AsSpan().SequenceEqual(State.Votes.AsSpan()) && !IsDurable(next)) next = next with { Votes = State.Votes };
        State = next;
    }

    private bool IsDurable(WitnessState next)
    {
        var problem = _write(new WitnessMemory(_incarnation, next.Votes)) ?? "";
        if (problem != _writeProblem && problem.Length > 0) _journal(3, $"the vote cannot be kept and is not given: {problem}");
        _writeProblem = problem;
        if (problem.Length > 0) return false;
        for (var group = 0; group < next.Votes.Length; group++)
            if (next.Votes[group] != State.Votes[group])
                _journal(5, $"group {group}: vote {State.Votes[group]} -> {next.Votes[group]} (node {next.Votes[group].Node} may serve)");
        return true;
    }

    private ReadOnlySpan<byte> Compose(scoped in Facts said, Instant now)
    {
        var answer = _machine.Facts(State, said.GroupCount, now);
        answer.Incarnation = _incarnation;
        answer.Sequence = _own.Next(now);
        answer.SentAt = (uint)(long)now.SinceBoot.TotalMilliseconds;
        _receiver.Echo(said.Sender, ref answer);
        return _frame.AsSpan(0, _authenticator.Seal(_frame, HeartbeatCodec.Encode(answer, _cluster, _frame)));
    }
}
