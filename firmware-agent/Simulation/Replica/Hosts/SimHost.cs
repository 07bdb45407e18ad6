using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;
using Appliance.Core.Time;
using Appliance.Simulation.Replica.Disks;

namespace Appliance.Simulation.Replica.Hosts;

/// <summary>One machine: power, clock, disk, and at most one process of the replica, which systemd starts again when it dies.</summary>
public sealed class SimHost
{
    private readonly Dice _dice;
    private Guid _boot;
    private TimeSpan _clock;
    private GivenUpNote? _givenUp;
    private int _life;
    private (DiskImage? Paper, ulong Version) _paper;

    public SimHost(ReplicaWorld world, int node)
    {
        (World, Node, _dice) = (world, node, world.Dice.Fork(30 + (uint)node));
        Disk = NewDisk();
    }

    public ReplicaWorld World { get; }

    public int Node { get; }

    public string Name => ReplicaWorld.Names[Node];

    public SimDisk Disk { get; private set; }

    public ReplicaProcess? Process { get; private set; }

    public bool IsOn { get; private set; }

    public bool IsPaused { get; private set; }

    /// <summary>The world's time at which power was lost.</summary>
    public Instant OffSince { get; private set; }

    /// <summary>An operator stopped the service: systemd leaves it alone.</summary>
    public bool IsStopped { get; set; }

    /// <summary>An operator did not forbid the connection.</summary>
    public bool WantsPeer { get; set; } = true;

    /// <summary>An operator did not detach the disk.</summary>
    public bool WantsDisk { get; set; } = true;

    /// <summary>The disk's own doing, or nobody has made metadata on it yet.</summary>
    public bool MetadataIsBroken => Disk.Trouble.Dead;

    /// <summary>This machine's clock.</summary>
    public Instant Now => World.Timeline.Now + _clock;

    public void PowerOn()
    {
        if (IsOn) return;
        World.Tell(Node, "power on");
        (IsOn, IsPaused, _boot) = (true, false, NewGuid());
        // CLOCK_BOOTTIME begins near zero; only its differences mean anything.
        _clock = _dice.Between(TimeSpan.Zero, TimeSpan.FromSeconds(100)) - (World.Timeline.Now - Instant.Boot);
        StartIn(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(2));
    }

    public void PowerCut()
    {
        if (!IsOn) return;
        World.Tell(Node, "POWER LOST");
        (IsOn, IsPaused, OffSince, _givenUp) = (false, false, World.Timeline.Now, null);
        _life++;
        Process?.Die();
        Process = null;
        Disk.PowerLoss();
        World.Front.Ledger.PowerLost(Node);
        World.Oracle.PowerLost(Node);
        if (World.Front.Node == Node) World.Front.Gone("power lost");
        World.Arbiter.PowerLost(Node);
    }

    /// <summary>kill -9.</summary>
    public void Kill()
    {
        if (Process is not { } process) return;
        World.Tell(Node, "process killed");
        _life++;
        process.Die();
        Process = null;
        Disk.Forget();
        World.Front.ProcessDied(process);
        StartIn(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(2));
    }

    public void Pause()
    {
        if (!IsOn || IsPaused) return;
        World.Tell(Node, "stands still");
        IsPaused = true;
    }

    public void Resume()
    {
        if (!IsPaused) return;
        World.Tell(Node, "goes on");
        IsPaused = false;
        Process?.Resumed();
    }

    /// <summary>The process said that it has ended, or must be seen to have.</summary>
    public void Ended()
    {
        if (Process is not { } process) return;
        World.Tell(Node, "process ended");
        _life++;
        process.Die();
        Process = null;
        Disk.Forget();
        World.Front.ProcessDied(process);
        if (!IsStopped) StartIn(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1));
    }

    public void StartIn(TimeSpan from, TimeSpan to)
    {
        var life = ++_life;
        World.Timeline.After(_dice.Between(from, to), () => { if (life == _life) Start(); });
    }

    /// <summary>Another disk of the same size, with new metadata on it.</summary>
    public void ReplaceDisk()
    {
        World.Tell(Node, "has a new disk");
        (Disk, _paper) = (NewDisk(), default); // Its versions count from the beginning again.
        World.Oracle.Differences.Replaced();
        World.BecameStranger(Node);
    }

    /// <summary>What an attach would find on the disk: now, or after a loss of power that a part of the cache survives.</summary>
    public DiskImage? ReadPaper(Func<long, bool>? survives = null)
    {
        if (Disk.Trouble.Dead) return null;
        if (survives is not null) return Paper.Read(Disk, survives, World.Site);
        if (_paper.Version != Disk.Metadata.Version) _paper = (Paper.Read(Disk, null, World.Site), Disk.Metadata.Version);
        return _paper.Paper;
    }

    /// <summary>A process gave its disk up; the next one of this boot will know.</summary>
    public void GivenUp(in ReplicaEffect effect)
    {
        if (Paper.Read(Disk, null, World.Site) is { } paper)
            _givenUp = new GivenUpNote(paper.Superblock.Device, (ulong)effect.Offset, effect.Result == 1);
    }

    /// <summary>Attaches what the disk says; false: it says nothing that can be attached.</summary>
    public bool Attach()
    {
        // A fresh one: the engine owns the bitmap it gets.
        if (Process is not { } process || Disk.Trouble.Dead || Paper.Read(Disk, null, World.Site) is not { } paper) return false;
        process.Order(new ReplicaOrder.Attach(_givenUp?.Applied(paper) ?? paper));
        return true;
    }

    private void Start()
    {
        if (!IsOn || Process is not null || IsStopped) return;
        if (IsPaused)
        {
            StartIn(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1));
            return;
        }

        World.Tell(Node, "process starts");
        Process = new ReplicaProcess(World, this, new EngineIdentity(_boot, NewGuid(), _dice.Next(), 1_795_000_000));
        World.Processes.Add(Process);
        Process.Ordered += (order, result, words) => World.Arbiter.Ordered(Node, order, result, words);
        if (WantsDisk) Attach();
        World.Arbiter.Started(Node);
        if (WantsPeer) Process?.Order(new ReplicaOrder.Connect(false));
    }

    private SimDisk NewDisk()
    {
        var dice = _dice.Fork((uint)_dice.Below(1 << 30));
        var disk = new SimDisk(World.Timeline, dice, World.Site.DataBytes, Paper.MetadataBytes(World.Site));
        Paper.Create(disk, World.Site, Node, NewGuid());
        World.Bug?.Disk?.Invoke(disk);
        disk.Lost += sector => World.Lost(disk, sector);
        disk.Changed += (first, count) => { if (disk == Disk) World.Oracle.DataChanged(Node, first, count); };
        return disk;
    }

    private Guid NewGuid()
    {
        var bytes = new byte[16];
        BitConverter.TryWriteBytes(bytes, _dice.Next());
        BitConverter.TryWriteBytes(bytes.AsSpan(8), _dice.Next());
        return new Guid(bytes);
    }
}
