using Appliance.Core.Cluster;

namespace Appliance.Simulation.Machines;

/// <summary>
/// The state file of one machine. Faults: slow writes, writes that fail, a write under way is lost or kept when the agent dies or power
/// fails,
/// a file that cannot be read. A write that was acknowledged survives everything; writes are never torn, because the file is replaced
/// whole.
/// </summary>
public sealed class Disk
{
    private readonly List<Pending> _pending = [];

    private sealed record Pending(DurableState State);

    /// <summary>What a reader finds; null: no file yet.</summary>
    public DurableState? Stored { get; private set; }

    /// <summary>Why it cannot be read; empty: it can.</summary>
    public string Problem { get; set; } = "";

    /// <summary>Writes fail with this; empty: they work.</summary>
    public string WriteError { get; set; } = "";

    /// <summary>Writes take at least this long.</summary>
    public TimeSpan Slow { get; set; }

    /// <summary>Begins a write; call the result when its time has passed. Returns the error, null when it is on stable storage.</summary>
    public Func<string?> Write(DurableState state)
    {
        var pending = new Pending(state);
        _pending.Add(pending);
        return () =>
        {
            if (!_pending.Remove(pending)) return "the machine was reset";
            if (WriteError.Length > 0) return WriteError;
            (Stored, Problem) = (state, "");
            return null;
        };
    }

    /// <summary>The writer is gone: what was under way is there or not.</summary>
    public void Crash(Dice dice)
    {
        foreach (var pending in _pending)
        {
            if (WriteError.Length == 0 && dice.Chance(0.5)) Stored = pending.State;
        }

        _pending.Clear();
    }

    /// <summary>An operator removed the file.</summary>
    public void Remove() => (Stored, Problem) = (null, "");
}
