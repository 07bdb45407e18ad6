using Appliance.Agent.Resources;
using Appliance.Core.Cluster;

namespace Appliance.Agent.Lines;

/// <summary>
/// The telephone lines of one device, seen from this node. Operations block the calling worker; <see cref="Publish"/> never blocks.
/// </summary>
public interface ILine : IDisposable
{
    /// <summary>Of the device.</summary>
    string Name { get; }

    /// <summary>How it stands, as far as this node knows.</summary>
    LineView View { get; }

    /// <summary>Begins to look at the device.</summary>
    void Begin();

    /// <summary>What the newest decision allows. Called by the decision loop at every step: as long as it comes, the loop turns.</summary>
    void Publish(NodeState state);

    /// <summary>Brings the lines here and makes sure of it.</summary>
    Verdict Take(CancellationToken abandon);

    /// <summary>Holds the lines back no longer, and makes sure of it.</summary>
    Verdict Release(CancellationToken abandon);

    /// <summary>After a release that did not end: whatever it takes short of the machine.</summary>
    Verdict Kill(CancellationToken abandon);

    /// <summary>Are they here and held by this node? Takes them over as they are.</summary>
    Verdict IsHere(CancellationToken abandon);

    /// <summary>From now on the loss of lines that are here is told; null: to nobody.</summary>
    void Watch(Action<string>? failed);
}

/// <summary>How a device stands.</summary>
/// <param name="Driver">The word in the file.</param>
/// <param name="Text">In words, with what is wrong if something is.</param>
/// <param name="LastSwitch">The last switch in words; empty: none is known.</param>
public sealed record LineView(string Name, string Driver, LineStanding Standing, string Text, string LastSwitch = "")
{
    /// <summary>Nobody can say where they are, but everything that could hold them back is over by what this node knows.</summary>
    public bool PresumedHere { get; init; }
}
