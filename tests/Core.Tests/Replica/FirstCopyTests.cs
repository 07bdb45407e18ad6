using Appliance.Core.Replica;
using Appliance.Core.Tests.Replica.Engine;

namespace Appliance.Core.Tests.Replica;

/// <summary>Who makes the first copy, told by two real engines.</summary>
public class FirstCopyTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public void Of_two_new_disks_the_first_nodes_counts()
    {
        var pair = Met();
        Assert.True(pair.A.Status is { New: true, PeerNew: true });
        Assert.Equal(FirstCopyStep.Make, Step(first: true, pair.A.Status));
        Assert.Equal(FirstCopyStep.None, Step(first: false, pair.B.Status));
    }

    [Fact]
    public void Nobody_makes_one_beside_data_wherever_it_is()
    {
        var pair = new TwoReplicas();
        pair.B.Create();
        pair.B.Order(new ReplicaOrder.Primary(1, false, Force: true));
        pair.B.Write(7, 0x11);
        pair.A.Create();
        pair.Connect();
        pair.Run(TimeSpan.FromSeconds(3));
        Assert.Equal(FirstCopyStep.None, Step(first: false, pair.B.Status));
        Assert.False(pair.A.Status.New);
        Assert.Equal(FirstCopyStep.None, Step(first: true, pair.A.Status, Patience));
    }

    [Fact]
    public void Half_a_copy_is_a_persons_to_give_up()
    {
        // Its source is lost and replaced by an empty disk: what was copied is all there is left.
        var pair = Met();
        Assert.Equal(FirstCopyStep.None, Step(first: true, pair.A.Status with { PeerNew = false }));
        Assert.Equal(FirstCopyStep.None, Step(first: true, pair.A.Status with { New = false, PeerNew = true }, Patience));
    }

    [Fact]
    public void The_first_node_begins_alone_after_its_patience_and_the_other_never()
    {
        var alone = new TwoReplicas();
        alone.A.Create();
        alone.B.Create();
        alone.Cut();
        alone.Connect();
        Assert.Equal(FirstCopyStep.Wait, Step(first: true, alone.A.Status));
        Assert.Equal(FirstCopyStep.Make, Step(first: true, alone.A.Status, Patience));
        Assert.Equal(FirstCopyStep.None, Step(first: false, alone.B.Status, Patience));
    }

    [Fact]
    public void A_peer_that_was_worked_with_and_is_gone_may_have_the_data()
    {
        var alone = new TwoReplicas();
        alone.A.Create();
        alone.Cut();
        alone.Connect();
        Assert.Equal(FirstCopyStep.None, Step(first: true, alone.A.Status with { PeerSeen = true }, Patience));
    }

    [Fact]
    public void What_the_first_node_declares_the_truth_is_copied_to_the_other()
    {
        var pair = Met();
        pair.A.Order(new ReplicaOrder.Primary(0, false, Force: true));
        pair.A.Write(7, 0x11);
        pair.Run(TimeSpan.FromSeconds(5));
        Assert.Equal((ConnectionState.Connected, DiskState.UpToDate), (pair.B.Engine.Connection, pair.B.Engine.Disk));
        Assert.Equal(FirstCopyStep.None, Step(first: true, pair.A.Status));
        Assert.Equal(FirstCopyStep.None, Step(first: false, pair.B.Status));
    }

    [Fact]
    public void A_process_that_does_not_answer_is_waited_for()
    {
        Assert.Equal(FirstCopyStep.Wait, Step(first: true, null));
        Assert.Equal(FirstCopyStep.None, Step(first: true, null, Patience));
    }

    [Fact]
    public void Replicas_that_refuse_each_other_are_left_to_a_person()
    {
        var refused = Met().A.Status with { PeerNew = null, Connection = ConnectionState.StandAlone, Why = "other data" };
        Assert.Equal(FirstCopyStep.None, Step(first: true, refused));
    }

    private static TwoReplicas Met()
    {
        var pair = new TwoReplicas();
        pair.A.Create();
        pair.B.Create();
        pair.Connect();
        pair.Run(TimeSpan.FromSeconds(1));
        Assert.Equal((DiskState.Inconsistent, DiskState.Inconsistent), (pair.A.Engine.Disk, pair.B.Engine.Disk));
        return pair;
    }

    private static FirstCopyStep Step(bool first, ReplicaStatus? status, TimeSpan waited = default)
    {
        var (step, why) = FirstCopy.Decide(new FirstCopyFacts(first, "pbx-a", status, waited, Patience));
        Assert.NotEmpty(why);
        return step;
    }
}
