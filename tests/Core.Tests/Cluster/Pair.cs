using System.Collections.Immutable;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Fences;
using Appliance.Core.Replica;
using Appliance.Core.Resources;
using Appliance.Core.Time;

namespace Appliance.Core.Tests.Cluster;

/// <summary>
/// Two nodes on virtual time with an ideal world around them: every effect is answered a millisecond later, links work or do not.
/// Faults belong to the simulator; this is for tests that tell one short story about arbitration.
/// </summary>
internal sealed class Pair
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);

    private readonly PriorityQueue<(int Node, int Life, Event Event), (long Ticks, long Order)> _queue = new();
    private readonly HashSet<string>[] _running = [[], []];
    private readonly ulong[] _sequence = [0, 0];
    private readonly (uint Incarnation, uint Sequence)[] _heard = [(0, 0), (0, 0)];
    private readonly int[] _life = [0, 0];
    private readonly DurableState?[] _disk = [null, null];
    private readonly string[] _boot = ["boot-a", "boot-b"];
    private long _order;

    public Pair(ApplianceConfig? config = null, Instant? start = null)
    {
        Config = config ?? Example.Config();
        Now = start ?? Instant.FromMilliseconds(60_000);
    }

    public ApplianceConfig Config { get; }

    public Instant Now { get; private set; }

    public NodeState?[] Nodes { get; } = [null, null];

    /// <summary>Heartbeats from node i arrive.</summary>
    public bool[] Speaks { get; } = [true, true];

    /// <summary>Ping references answer node i.</summary>
    public bool[] SeesReferences { get; } = [true, true];

    /// <summary>The LAN reaches node i: its address questions are answered and its kernel answers others.</summary>
    public bool[] OnLan { get; } = [true, true];

    /// <summary>Starts of resources fail on node i.</summary>
    public bool[] CannotStart { get; } = [false, false];

    public bool[] CannotStop { get; } = [false, false];

    /// <summary>The node's processes do not run, its kernel does.</summary>
    public bool[] Paused { get; } = [false, false];

    public List<string> Story { get; } = [];

    /// <summary>All reports: node, milliseconds of the common clock, report.</summary>
    public List<(int Node, long Ms, Report Report)> Told { get; } = [];

    /// <summary>Orders to the replicas, by node.</summary>
    public List<ReplicaOrder>[] Orders { get; } = [[], []];

    /// <summary>The device that switches node i off obeys.</summary>
    public bool[] FenceWorks { get; } = [true, true];

    /// <summary>The device that switches node i off answers at all.</summary>
    public bool[] FenceAnswers { get; } = [true, true];

    /// <summary>False: a node that wants to reset itself cannot.</summary>
    public bool ResetsItself { get; set; } = true;

    /// <summary>How often node i was ordered off.</summary>
    public int[] Shots { get; } = [0, 0];

    /// <summary>How often node i was switched on again.</summary>
    public int[] Restored { get; } = [0, 0];

    /// <summary>False: the shell never finds the time for a tick because heartbeats keep it busy.</summary>
    public bool Ticks { get; set; } = true;

    /// <summary>Start and stop operations that were carried out, by node.</summary>
    public int[] Touched { get; } = [0, 0];

    public Role RoleOf(int node) => Nodes[node]?.Groups[0].Role ?? Role.Passive;

    public bool Runs(int node) => _running[node].Count > 0;

    public void Boot(int node, string? bootId = null)
    {
        if (bootId is not null) (_boot[node], _running[node]) = (bootId, []);
        Nodes[node] = NodeMachine.Start(Config, node, _disk[node], _boot[node], Now);
        _disk[node] = Nodes[node]!.Asked;
        _life[node]++;
        _sequence[node] = 0;
    }

    /// <summary>Power off: processes, kernel, all.</summary>
    public void PowerOff(int node)
    {
        KillAgent(node);
        _running[node].Clear();
    }

    /// <summary>Only the agent dies; what it started goes on.</summary>
    public void KillAgent(int node)
    {
        Nodes[node] = null;
        _life[node]++;
    }

    public void Order(int node, Command command) => Post(node, new Event.Commanded(command), TimeSpan.Zero);

    public void Send(int node, Event happened) => Post(node, happened, TimeSpan.Zero);

    public void Run(TimeSpan time)
    {
        for (var end = Now + time; Now < end; Now += Step) Advance();
    }

    public bool RunUntil(Func<bool> condition, TimeSpan within)
    {
        for (var end = Now + within; Now < end; Now += Step)
        {
            Advance();
            if (condition()) return true;
        }

        return false;
    }

    private void Advance()
    {
        while (_queue.TryPeek(out _, out var due) && due.Ticks <= Now.SinceBoot.Ticks)
        {
            var (node, life, happened) = _queue.Dequeue();
            if (life != _life[node]) continue;
            if (Paused[node]) Post(node, happened, Step);
            else StepNode(node, happened);
        }

        for (var node = 0; node < 2; node++)
        {
            if (Nodes[node] is not { } state || Paused[node]) continue;
            if (Now.SinceBoot.TotalMilliseconds % Config.Heartbeat.Keepalive.TotalMilliseconds == 0) Speak(node);
            if (Now.SinceBoot.TotalMilliseconds % 100 == 50) AnswerPings(node);
            if (Ticks && Now >= NodeMachine.NextDeadline(state)) StepNode(node, new Event.Tick());
        }
    }

    private void AnswerPings(int node)
    {
        if (!SeesReferences[node]) return;
        for (var ping = 0; ping < Config.Pings.Length; ping++) Post(node, new Event.PingAnswered(ping, Now), TimeSpan.Zero);
    }

    private void Speak(int node)
    {
        var state = Nodes[node]!;
        var facts = NodeMachine.Facts(state);
        facts.Incarnation = state.OnDisk.Incarnation;
        facts.Sequence = ++_sequence[node];
        facts.LinksHeard = (byte)(_heard[node].Incarnation != 0 && state.Peer.Alive ? 1 : 0);
        (facts.EchoIncarnation, facts.EchoSequence) = _heard[node];
        Deliver(node, facts);
    }

    private void Deliver(int from, Heartbeat facts)
    {
        var to = 1 - from;
        if (!Speaks[from] || Nodes[to] is not { } receiver) return;
        _heard[to] = ((uint)facts.Incarnation, (uint)facts.Sequence);
        var fresh = facts.EchoIncarnation == (uint)receiver.OnDisk.Incarnation;
        Post(to, new Event.Heard(0, facts, Now + Step, fresh), Step);
    }

    private void Post(int node, Event happened, TimeSpan delay) =>
        _queue.Enqueue((node, _life[node], happened), ((Now + delay).SinceBoot.Ticks, _order++));

    private void StepNode(int node, Event happened)
    {
        if (Nodes[node] is not { } state) return;
        var (next, effects) = NodeMachine.Step(state, happened, Now);
        Nodes[node] = next;
        var life = _life[node];
        foreach (var effect in effects)
            if (life == _life[node]) Perform(node, effect);
    }

    private void Perform(int node, Effect effect)
    {
        switch (effect)
        {
            case Effect.Persist persist:
                _disk[node] = persist.State;
                Post(node, new Event.Persisted(persist.Serial, null), Step);
                break;
            case Effect.SpeakNow:
                Speak(node);
                break;
            case Effect.AskAddress ask:
                var there = OnLan[0] && OnLan[1] && Runs(1 - node);
                var answer = !OnLan[node] ? AddressAnswer.CannotAsk : there ? AddressAnswer.Somebody : AddressAnswer.Nobody;
                Post(node, new Event.AddressAnswered(ask.Group, ask.Token, answer, "02:00:00:00:00:01"), TimeSpan.FromMilliseconds(120));
                break;
            case Effect.Resource { What: ResourceEffect.Run run } resource:
                Operate(node, resource.Group, run);
                break;
            case Effect.OrderReplica order:
                Orders[node].Add(order.Order);
                break;
            case Effect.FenceSelf:
                Story.Add($"{Now} {Config.Nodes[node]} resets itself");
                if (ResetsItself) PowerOff(node);
                break;
            case Effect.FencePeer shot:
                Shoot(node, shot);
                break;
            case Effect.RestorePeer:
                Restored[1 - node]++;
                break;
            case Effect.Leave leave:
                Leave(node, leave);
                break;
            case Effect.Tell tell:
                Told.Add((node, (long)Now.SinceBoot.TotalMilliseconds, tell.Report));
                Story.Add(
                    $"{Now} {Config.Nodes[node]} {tell.Report.Kind} {tell.Report.From}->{tell.Report.To} {tell.Report.Resource} "
                        + $"{tell.Report.Text}");
                break;
        }
    }

    private void Shoot(int node, Effect.FencePeer shot)
    {
        var target = 1 - node;
        Shots[target]++;
        if (!FenceAnswers[target]) return;
        if (FenceWorks[target]) PowerOff(target);
        var (outcome, words) = FenceWorks[target] ? (FenceOutcome.Confirmed, "") : (FenceOutcome.Failed, "no route to it");
        Post(node, new Event.FenceAnswered(shot.Token, $"power-{target}", outcome, words), TimeSpan.FromMilliseconds(50));
    }

    private void Leave(int node, Effect.Leave leave)
    {
        var facts = NodeMachine.Facts(Nodes[node]!);
        facts.Flags |= NodeFlags.Goodbye | (leave.ResourcesStay ? NodeFlags.ResourcesStay : NodeFlags.None);
        (facts.Incarnation, facts.Sequence) = (Nodes[node]!.OnDisk.Incarnation, ++_sequence[node]);
        (facts.EchoIncarnation, facts.EchoSequence) = _heard[node];
        Deliver(node, facts);
        KillAgent(node);
    }

    private void Operate(int node, int group, ResourceEffect.Run run)
    {
        var outcome = Outcome.Success;
        if (run.Operation != Operation.Monitor) Touched[node]++;
        switch (run.Operation)
        {
            case Operation.Monitor:
                outcome = _running[node].Contains(run.Resource) ? Outcome.Success : Outcome.NotRunning;
                break;
            case Operation.Start when CannotStart[node]:
                outcome = Outcome.Failed;
                break;
            case Operation.Start:
                _running[node].Add(run.Resource);
                break;
            case Operation.Stop or Operation.Kill when CannotStop[node]:
                outcome = Outcome.Failed;
                break;
            default:
                _running[node].Remove(run.Resource);
                break;
        }

        var done = new ResourceEvent.Done(
            run.Id, run.Resource, run.Operation, outcome, outcome == Outcome.Failed ? "refused by the test" : "");
        Post(node, new Event.Resource(group, done), TimeSpan.FromMilliseconds(20));
    }
}
