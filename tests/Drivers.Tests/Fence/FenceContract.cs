using Appliance.Drivers.Fence;

namespace Appliance.Drivers.Tests.Fence;

/// <summary>A device under test and the node behind it.</summary>
public interface IFenceBench : IDisposable
{
    IFenceDevice Open();

    /// <summary>The node behind it really has power.</summary>
    bool NodeIsOn { get; }

    /// <summary>What is wrong with the device from now on.</summary>
    void Break(FenceFault fault);
}

/// <summary>What every fence device must do: the twin, and each driver with a real process or device behind it.</summary>
public abstract class FenceContract
{
    /// <summary>Enough for a slow one on a busy machine; only what hangs takes as long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    protected abstract IFenceBench Bench();

    [Fact]
    public void It_says_on_of_a_node_that_is_on()
    {
        using var bench = Bench();
        using var device = bench.Open();
        Assert.Equal(FencePower.On, device.Status(default).Power);
        Assert.True(bench.NodeIsOn);
    }

    [Fact]
    public void Off_is_confirmed_and_on_again_too()
    {
        using var bench = Bench();
        using var device = bench.Open();
        Assert.Equal(FencePower.Off, SwitchOff(device).Power);
        Assert.False(bench.NodeIsOn);
        device.On(default);
        Assert.Equal(FencePower.On, device.Status(default).Power);
        Assert.True(bench.NodeIsOn);
    }

    [Fact]
    public void Off_twice_is_off()
    {
        using var bench = Bench();
        using var device = bench.Open();
        Assert.Equal(FencePower.Off, SwitchOff(device).Power);
        Assert.Equal(FencePower.Off, SwitchOff(device).Power);
    }

    [Fact]
    public void A_slow_one_is_asked_until_it_says_off()
    {
        using var bench = Bench();
        bench.Break(FenceFault.Slow);
        using var device = bench.Open();
        Assert.Equal(FencePower.Off, SwitchOff(device).Power);
        Assert.False(bench.NodeIsOn);
    }

    [Theory]
    [InlineData(FenceFault.Unreachable)]
    [InlineData(FenceFault.Deaf)]
    [InlineData(FenceFault.Hangs)]
    [InlineData(FenceFault.Garbage)]
    public void Nothing_but_its_word_is_off(FenceFault fault)
    {
        using var bench = Bench();
        bench.Break(fault);
        using var device = bench.Open();
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        var answer = FenceConfirmation.SwitchOff(device, bound.Token);
        Assert.NotEqual(FencePower.Off, answer.Power);
        Assert.NotEmpty(answer.Words);
    }

    private static FenceAnswer SwitchOff(IFenceDevice device)
    {
        using var bound = new CancellationTokenSource(Patience);
        return FenceConfirmation.SwitchOff(device, bound.Token);
    }
}

/// <summary>The twin.</summary>
public sealed class SimulatedFenceTests : FenceContract
{
    protected override IFenceBench Bench() => new Twin();

    private sealed class Twin : IFenceBench
    {
        private readonly SimulatedFence _device = new();

        public bool NodeIsOn => _device.NodeIsOn;

        public IFenceDevice Open() => _device;

        public void Break(FenceFault fault) => _device.Fault = fault;

        public void Dispose()
        {
        }
    }
}
