namespace Appliance.Core.Cluster;

/// <summary>What a group should do next. The arbiter says it, <see cref="NodeMachine"/> carries it out.</summary>
public abstract record Move
{
    private Move()
    {
    }

    /// <summary>Nothing changes; <paramref name="Why"/> tells the operator what is waited for.</summary>
    public sealed record Stay(string Why) : Move;

    /// <summary>Write this vote, then speak it. <paramref name="Held"/>: also note that resources may run from now on.</summary>
    public sealed record Cast(Vote Vote, bool Held, string Why) : Move;

    /// <summary>Our vote carries a promotion: start the resources.</summary>
    public sealed record Promote(string Why) : Move;

    /// <summary>Stop the resources; then hand the group to the peer if <paramref name="HandOver"/>.</summary>
    public sealed record Release(string Why, bool HandOver) : Move;

    /// <summary>Ask the LAN who has the service address.</summary>
    public sealed record Ask(string Why) : Move;

    /// <summary>The group failed here for now.</summary>
    public sealed record Fail(string Why, bool HandOver) : Move;

    /// <summary>Try again what failed: there is nobody better.</summary>
    public sealed record Retry(string Why) : Move;

    /// <summary>A resource will not stop: reset the machine.</summary>
    public sealed record Fence(string Why) : Move;

    /// <summary>Switch the silent peer off before anything is taken over from it.</summary>
    public sealed record FencePeer(string Why) : Move;

    /// <summary>All resources run.</summary>
    public sealed record Serve : Move;

    /// <summary>All resources are stopped.</summary>
    public sealed record Rest : Move;
}
