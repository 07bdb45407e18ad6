using Appliance.Core.Time;
using Appliance.Core.Wire;

namespace Appliance.Agent.Heartbeat;

/// <summary>One link as the timing thread and the keeper share it. The keeper opens and closes, the timing thread uses; each field has one
/// writer.</summary>
internal sealed class LinkSlot(string name, int number, byte speaker, OpenMedium open)
{
    /// <summary>A link takes this many frames a window; a flood costs at most its own link.</summary>
    public const int FramesPerWindow = 200;

    public static readonly TimeSpan Window = TimeSpan.FromMilliseconds(100);

    private volatile Medium? _offered;
    private volatile Medium? _inUse;
    private volatile Medium? _broken;
    private volatile LinkStanding _standing = LinkStanding.Good;

    public string Name { get; } = name;

    /// <summary>Link number, or <see cref="HeardItem.WitnessLink"/>.</summary>
    public int Number { get; } = number;

    /// <summary>Who speaks on the other end.</summary>
    public byte Speaker { get; } = speaker;

    public OpenMedium Open { get; } = open;

    public LinkCounters Counters { get; } = new();

    /// <summary>Keeper → timing: use this from now on; null: let go.</summary>
    public Medium? Offered { get => _offered; set => _offered = value; }

    /// <summary>Timing → keeper: in use now; what is not in use may be closed.</summary>
    public Medium? InUse { get => _inUse; set => _inUse = value; }

    /// <summary>Timing → keeper: this one failed for good.</summary>
    public Medium? Broken { get => _broken; set => _broken = value; }

    /// <summary>Keeper → timing: as it should be told to the decision loop.</summary>
    public LinkStanding Standing { get => _standing; set => _standing = value; }

    /// <summary>Timing only: the standing the decision loop knows.</summary>
    public LinkStanding? Told { get; set; }

    /// <summary>Timing only: when the speaker was last heard; null: never.</summary>
    public Instant? HeardAt { get; set; }

    /// <summary>Timing only: begin of the window and what it took.</summary>
    public Instant WindowStart { get; set; }

    public int Taken { get; set; }

    /// <summary>Timing only: noise of media that were closed.</summary>
    public long EarlierNoise { get; set; }
}
