namespace Appliance.Drivers.Fence;

/// <summary>What a device says about the power of the node that it switches.</summary>
public enum FencePower : byte
{
    /// <summary>It does not say, or not in words we know. Unknown is not off.</summary>
    Unknown,
    Off,
    On,
}

/// <summary>What a device answered.</summary>
/// <param name="Power">As far as it says.</param>
/// <param name="Words">What, where, found; for people.</param>
public sealed record FenceAnswer(FencePower Power, string Words);

/// <summary>
/// Switches one node off and says whether it is off. Calls wait for the device and end when they are abandoned; none throws for what the
/// world does.
/// </summary>
public interface IFenceDevice : IDisposable
{
    /// <summary>Orders the node off. The answer is what the order said: only <see cref="Status"/> confirms.</summary>
    FenceAnswer Off(CancellationToken abandon);

    /// <summary>Orders the node on.</summary>
    FenceAnswer On(CancellationToken abandon);

    /// <summary>Asks. Never changes anything.</summary>
    FenceAnswer Status(CancellationToken abandon);
}
