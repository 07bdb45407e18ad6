using Appliance.Agent.Lines;
using Appliance.Agent.Resources;
using Appliance.Core.Cluster;

namespace Appliance.Agent.Tests.Lines;

/// <summary>Several devices, one fact.</summary>
public class LineSumTests
{
    [Theory]
    [InlineData(LineStanding.Here, LineStanding.Here, LineStanding.Here, false, false)]
    [InlineData(LineStanding.There, LineStanding.There, LineStanding.There, false, false)]
    [InlineData(LineStanding.Here, LineStanding.There, LineStanding.Unknown, false, true)]
    [InlineData(LineStanding.There, LineStanding.Here, LineStanding.Unknown, false, true)]
    [InlineData(LineStanding.Unknown, LineStanding.Here, LineStanding.Unknown, true, false)]
    [InlineData(LineStanding.There, LineStanding.Unknown, LineStanding.Unknown, true, false)]
    public void Two_devices_that_do_not_agree_are_at_no_node(
        LineStanding relay, LineStanding bridge, LineStanding together, bool broken, bool apart)
    {
        var sum = LineSum.Of([new Shown("relay", relay), new Shown("bridge", bridge)]);
        Assert.Equal((together, broken, apart), (sum.Standing, sum.Broken, sum.Apart));
        Assert.Equal($"relay: {relay}; bridge: {bridge}", sum.Why);
    }

    [Fact]
    public void What_the_other_node_does_not_know_is_not_this_nodes_fault()
    {
        using var far = new FarLine("card", "lcus", 0, () => { });
        var sum = LineSum.Of([far]);
        Assert.Equal((LineStanding.Unknown, false), (sum.Standing, sum.Broken));
    }

    [Fact]
    public void No_device_is_no_line() => Assert.Equal(LineStanding.None, LineSum.Of([]).Standing);

    private sealed class Shown(string name, LineStanding standing) : ILine
    {
        public string Name => name;

        public LineView View => new(name, "lcus", standing, standing.ToString());

        public void Begin()
        {
        }

        public void Publish(NodeState state)
        {
        }

        public Verdict Take(CancellationToken abandon) => throw new NotSupportedException();

        public Verdict Release(CancellationToken abandon) => throw new NotSupportedException();

        public Verdict Kill(CancellationToken abandon) => throw new NotSupportedException();

        public Verdict IsHere(CancellationToken abandon) => throw new NotSupportedException();

        public void Watch(Action<string>? failed) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
