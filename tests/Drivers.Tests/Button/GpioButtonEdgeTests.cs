using Appliance.Drivers.Button;
using Appliance.Drivers.Gpio;

namespace Appliance.Drivers.Tests.Button;

/// <summary>What a line tells at the edges of a push, one answer after the other.</summary>
public class GpioButtonEdgeTests
{
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void A_push_whose_edge_the_kernel_dropped_is_seen_by_its_level()
    {
        var line = new ScriptedLine();
        using var button = new GpioButton(line, Settle);
        line.Value = true; // No edge comes.
        Assert.True(button.WaitChange(TimeSpan.FromMilliseconds(10), out var isDown));
        Assert.True(isDown);
    }

    [Fact]
    public void A_level_counts_only_when_no_edge_came_for_the_settle_time()
    {
        var line = new ScriptedLine { Edges = 5 };
        using var button = new GpioButton(line, Settle);
        line.Value = true;
        Assert.True(button.WaitChange(TimeSpan.FromSeconds(20), out _));
        Assert.Equal(0, line.Edges);
        Assert.Equal(Settle, line.LastWait); // The wait that ended without an edge.
    }

    /// <summary>A level that the test sets, and a number of edges that are there already.</summary>
    private sealed class ScriptedLine : IGpioLine
    {
        public bool Value { get; set; }

        public int Edges { get; set; }

        public TimeSpan LastWait { get; private set; }

        public bool WaitEdge(TimeSpan timeout, out GpioEvent happened)
        {
            happened = default;
            LastWait = timeout;
            if (Edges == 0) return false;
            Edges--;
            return true;
        }

        public void Dispose()
        {
        }
    }
}
