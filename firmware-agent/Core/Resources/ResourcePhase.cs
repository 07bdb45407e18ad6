using Appliance.Core.Time;

namespace Appliance.Core.Resources;

/// <summary>Where a resource stands, with what only matters there.</summary>
public abstract record ResourcePhase
{
    private ResourcePhase()
    {
    }

    /// <summary>Whether it runs has to be asked first.</summary>
    public sealed record Unknown : ResourcePhase;

    public sealed record Stopped : ResourcePhase;

    /// <summary>An operation is under way.</summary>
    /// <param name="Id">Only the completion with this id counts.</param>
    /// <param name="Operation">What is done.</param>
    /// <param name="Deadline">Then the answer is not waited for any longer.</param>
    /// <param name="Bound">Stop and Kill: then the resource has failed to stop.</param>
    public sealed record Busy(OperationId Id, Operation Operation, Instant Deadline, Instant Bound) : ResourcePhase
    {
        /// <summary>True for the two operations that take a resource down.</summary>
        public bool Stops => Operation is Operation.Stop or Operation.Kill;
    }

    public sealed record Started : ResourcePhase;

    /// <summary>It failed, perhaps half running: it must be stopped before anything else.</summary>
    /// <param name="Hung">By force: it would not hear anything else.</param>
    public sealed record Broken(bool Hung = false) : ResourcePhase;

    /// <summary>It did not stop when asked.</summary>
    /// <param name="RetryAt">The next kill.</param>
    /// <param name="Bound">Then it has failed to stop.</param>
    public sealed record Resisting(Instant RetryAt, Instant Bound) : ResourcePhase;
}
