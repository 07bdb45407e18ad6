using Appliance.Core.Fences;

namespace Appliance.Simulation.Machines;

/// <summary>What is wrong with a fence device.</summary>
public enum FenceDefect
{
    None,

    /// <summary>It cannot be reached.</summary>
    Fails,

    /// <summary>It takes seconds, longer than fence-delay.</summary>
    Slow,

    /// <summary>It does not answer and does nothing.</summary>
    Hangs,
}

/// <summary>What switches a machine off: by a cable of its own, which no fault of links or LAN touches. It never says "off" of a machine
/// that is on; a code that takes an order for the deed is a planted bug.</summary>
public sealed class FenceDevice(World world, int target)
{
    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan SlowTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StatusTime = TimeSpan.FromMilliseconds(100);

    public FenceDefect Defect { get; set; }

    /// <summary>The node tries to switch the target off. Its order dies with the node.</summary>
    /// <param name="answer">Outcome and words, when the device has confirmed or failed.</param>
    public void SwitchOff(Machine by, Action<FenceOutcome, string> answer)
    {
        world.Oracle.Shoots(by, target);
        switch (Defect)
        {
            case FenceDefect.Fails:
                by.After(world.Vary(Usual, 0.6), () => answer(FenceOutcome.Failed, "no route to the device"));
                break;
            case FenceDefect.Hangs:
                by.After(Site.FenceTimeout, () => answer(FenceOutcome.Failed, "no answer in time"));
                break;
            default:
                by.After(world.Vary(Usual, 0.6) + (Defect == FenceDefect.Slow ? SlowTime : TimeSpan.Zero), () => Cut(by, answer));
                break;
        }
    }

    public void SwitchOn(Machine by) => by.After(world.Vary(Usual, 0.6), world.Machines[target].Restore);

    private void Cut(Machine by, Action<FenceOutcome, string> answer)
    {
        var machine = world.Machines[target];
        machine.Fence($"is switched off by {by.Name}");
        world.Oracle.Fenced();
        by.After(StatusTime, () => answer(
            machine.PoweredOn ? FenceOutcome.Failed : FenceOutcome.Confirmed, machine.PoweredOn ? "it is on again" : "off"));
    }
}
