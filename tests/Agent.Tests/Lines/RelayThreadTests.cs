using System.Collections.Concurrent;
using Appliance.Agent.Lines;
using Appliance.Core.Lines;
using Appliance.Drivers.Relay;

namespace Appliance.Agent.Tests.Lines;

/// <summary>The thread that touches the relay: only the order that is meant is given up.</summary>
public sealed class RelayThreadTests : IDisposable
{
    private readonly Patient _relay = new();
    private readonly BlockingCollection<KeeperEvent.Answered> _answers = [];
    private readonly RelayThread _thread;

    public RelayThreadTests()
    {
        _thread = new RelayThread("card", _relay, _answers.Add, fault => Assert.Fail(fault.ToString()));
        _thread.Start();
    }

    [Fact]
    public void An_order_that_is_over_takes_no_other_one_along()
    {
        _thread.Ask(new KeeperEffect.Ask(2, RelayOrder.Set, LinePosition.A));
        _relay.Asked.WaitOne();
        _thread.Abandon(1);
        Assert.False(_answers.TryTake(out _, TimeSpan.FromMilliseconds(200)));
        _thread.Abandon(2);
        Assert.True(_answers.TryTake(out var answer, TimeSpan.FromSeconds(30)));
        Assert.Equal((2, "given up"), (answer.Id, answer.Problem));
    }

    public void Dispose()
    {
        _thread.Dispose();
        _answers.Dispose();
    }

    /// <summary>Does nothing until it is told to give up.</summary>
    private sealed class Patient : IFailoverRelay
    {
        public AutoResetEvent Asked { get; } = new(false);

        public RelayTraits Traits { get; } = new(ReadsBack: true, LinePosition.B, Shared: false);

        public RelayAnswer Set(LinePosition position, CancellationToken abandon)
        {
            Asked.Set();
            abandon.WaitHandle.WaitOne();
            return RelayAnswer.Failed(RelayFault.Abandoned, "given up");
        }

        public RelayAnswer Read(CancellationToken abandon) => Set(LinePosition.A, abandon);

        public RelayAnswer Reset(CancellationToken abandon) => Set(LinePosition.B, abandon);

        public void Dispose() => Asked.Dispose();
    }
}
