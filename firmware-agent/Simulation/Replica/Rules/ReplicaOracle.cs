using Appliance.Core.Replica;
using Appliance.Core.Replica.Wire;
using Appliance.Simulation.Replica.Disks;
using Appliance.Simulation.Replica.Front;
using Appliance.Simulation.Replica.Hosts;
using Appliance.Simulation.Rules;

namespace Appliance.Simulation.Replica.Rules;

/// <summary>Judges what really happens to the data. It is told by the world.</summary>
public sealed class ReplicaOracle
{
    private readonly ReplicaWorld _world;
    private readonly ReplicaRule[] _rules;

    public ReplicaOracle(ReplicaWorld world)
    {
        _world = world;
        Differences = new Differences(world);
        _rules =
        [
            new AckedSurvives(world), new BoundedLoss(world), new ReadsAreLegal(world), new OneWriter(world),
            new DifferencesAreMarked(world), new MarksAreEarned(world), new ServesOnlyGoodData(world), new SoloIsNoted(world),
            new VerdictsMirror(world), new SuperblockSurvives(world), new FlushIsStable(world), new OnlyThePeer(world),
            new SameBytes(world), new EverythingIsAnswered(world), new CopiesConverge(world), new SplitBrainAlarms(world),
            new NoFlapping(world), new MemoryComesBack(world),
        ];
    }

    public Differences Differences { get; }

    /// <summary>The first rule that was broken; null: none.</summary>
    public Violation? Violation { get; private set; }

    /// <summary>A person accepted that answered writes are lost (promotion by force, split brain): until the copies are one again, the
    /// content of whoever is promoted is the truth.</summary>
    public bool LossAccepted { get; set; }

    /// <summary>The medium was made to change by itself; bytes that no write made may be met.</summary>
    public bool MediumLies { get; set; }

    public void Break(string rule, string text)
    {
        if (Violation is not null) return;
        Violation = new Violation(rule, _world.Timeline.Now, text);
        _world.Story.Tell(_world.Timeline.Now, "oracle", $"RULE BROKEN {rule}: {text}");
    }

    /// <summary>An invariant of the code itself did not hold.</summary>
    public void OwnBug(int node, string text) => Break("own", $"{ReplicaWorld.Names[node]}: {text}");

    public void Look()
    {
        if (Violation is not null) return;
        foreach (var rule in _rules) rule.Look();
    }

    public void Stepped(ReplicaProcess process)
    {
        foreach (var rule in _rules) rule.Stepped(process);
    }

    public void ReadDone(ReplicaProcess process, FrontRequest request, ReadOnlySpan<byte> bytes)
    {
        foreach (var rule in _rules) rule.ReadDone(process, request, bytes);
    }

    public void WriteDone(ReplicaProcess process, FrontRequest request)
    {
        foreach (var rule in _rules) rule.WriteDone(process, request);
    }

    public void FlushDone(ReplicaProcess process, FrontRequest request)
    {
        foreach (var rule in _rules) rule.FlushDone(process, request);
    }

    public void FrontFailed(int node, FrontRequest request, int result)
    {
        foreach (var rule in _rules) rule.Failed(node, request, result);
    }

    public void Exposed(ReplicaProcess process, bool there)
    {
        if (!there) return;
        foreach (var rule in _rules) rule.Exposed(process);
    }

    public void Sent(ReplicaProcess process, in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        foreach (var rule in _rules) rule.Sent(process, header, payload);
    }

    public void Received(ReplicaProcess process, in FrameHeader header)
    {
        foreach (var rule in _rules) rule.Received(process, header);
    }

    public void Told(ReplicaProcess process, NewsKind news, string words)
    {
        _world.Tell(process.Node, $"{news.ToString().ToLowerInvariant()}: {words}");
        foreach (var rule in _rules) rule.Told(process, news, words);
    }

    public void LinkUp()
    {
        foreach (var rule in _rules) rule.LinkUp();
    }

    public void DataChanged(int node, long first, long count)
    {
        Differences.Changed(first, count);
        foreach (var rule in _rules) rule.DataChanged(node, first, count);
    }

    public void PowerLost(int node)
    {
        foreach (var rule in _rules) rule.PowerLost(node);
    }

    public void Settled()
    {
        foreach (var rule in _rules) rule.Settled();
    }

    /// <summary>Nodes whose copy counts and has a write, or something newer, as a mask.</summary>
    public int Holders(ReplicaProcess process, WriteRecord record)
    {
        var holders = 0;
        for (var node = 0; node < 2; node++)
        {
            var counts = node == process.Node
                ? process.Seen.Disk == DiskState.UpToDate
                : process.Seen.PeerDisk == DiskState.UpToDate && _world.Hosts[node].Process is { IsAlive: true };
            if (counts && !_world.IsLeaving[node] && Has(node, record)) holders |= 1 << node;
        }

        return holders;
    }

    /// <summary>A read of a node's disk shows a write, or one that was asked for while it was under way or later.</summary>
    public bool Has(int node, WriteRecord record)
    {
        var image = _world.Hosts[node].Disk.Data.Visible;
        for (var sector = record.First; sector < record.First + record.Count; sector++)
        {
            var content = Sector.Read(image.Sector(sector), sector);
            if (content != record.Content && !_world.Front.Ledger.MayHold(sector, content, WriteRecord.Never)) return false;
        }

        return true;
    }
}
