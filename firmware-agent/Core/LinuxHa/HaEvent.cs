namespace Appliance.Core.LinuxHa;

/// <summary>Everything that can happen to a node that speaks Heartbeat's protocol.</summary>
public abstract record HaEvent
{
    private HaEvent()
    {
    }

    /// <summary>An authentic message that was not heard before.</summary>
    /// <param name="IsNewest">Nothing later was heard of this generation.</param>
    public sealed record Heard(HaMessage Message, bool IsNewest) : HaEvent;

    /// <summary>How our groups stand, and what is asked of us, has changed.</summary>
    public sealed record Stands(HaStanding Standing) : HaEvent;

    public sealed record Tick : HaEvent;
}

/// <summary>What must be done, in this order.</summary>
public abstract record HaEffect
{
    private HaEffect()
    {
    }

    /// <summary>Say this on every link.</summary>
    public sealed record Say(HaSpeech Speech) : HaEffect;

    /// <summary>Send these numbers again, as far as they are kept; refuse the others.</summary>
    public sealed record SayAgain(long First, long Last) : HaEffect;

    /// <summary>Tell people.</summary>
    public sealed record Tell(Cluster.Report Report) : HaEffect;
}

/// <summary>How the groups of one class stand on this node.</summary>
/// <param name="IsStopped">None of them may be running here.</param>
/// <param name="IsStarted">All of them serve.</param>
/// <param name="IsFit">All of them could be taken now.</param>
/// <param name="IsFailed">One of them failed here.</param>
/// <param name="IsWished">An operator wants one of them on the other node of the pair.</param>
public readonly record struct ClassStanding(bool IsStopped, bool IsStarted, bool IsFit, bool IsFailed, bool IsWished)
{
    /// <summary>A class without a group: it is where anybody wants it.</summary>
    public static ClassStanding Empty => new(IsStopped: true, IsStarted: true, IsFit: true, IsFailed: false, IsWished: false);
}

/// <summary>How our groups stand, and what is asked of this node.</summary>
/// <param name="Serial">The newest <see cref="HaNode.Serial"/> that the groups have followed; before it what is said here does not
/// count.</param>
/// <param name="Local">The groups that prefer this node.</param>
/// <param name="Foreign">The groups that prefer the other node.</param>
/// <param name="Standby">An operator took the node out of service.</param>
/// <param name="Isolated">Neither the other node nor a reference is heard, and the policy is to let go.</param>
/// <param name="Maintenance">Nothing is to be moved.</param>
/// <param name="Stopping">The agent is asked to end.</param>
public sealed record HaStanding(
    ulong Serial, ClassStanding Local, ClassStanding Foreign, bool Standby, bool Isolated, bool Maintenance, bool Stopping)
{
    /// <summary>Before anything is known.</summary>
    public static HaStanding Unknown { get; } = new(0, default, default, false, false, false, false);

    /// <summary>True when the claim holds for every class in <paramref name="holding"/>.</summary>
    public bool All(Holding holding, Func<ClassStanding, bool> claim) =>
        (!holding.Has(Holding.Local) || claim(Local)) && (!holding.Has(Holding.Foreign) || claim(Foreign));

    /// <summary>The classes for which the claim holds.</summary>
    public Holding Where(Func<ClassStanding, bool> claim) =>
        (claim(Local) ? Holding.Local : Holding.None) | (claim(Foreign) ? Holding.Foreign : Holding.None);
}
