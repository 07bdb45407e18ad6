namespace Appliance.Simulation.Machines;

/// <summary>What a suspended machine's clock does.</summary>
public enum SuspendedClock
{
    Runs,

    /// <summary>The gap cannot be seen on it.</summary>
    StandsStill,
}

/// <summary>
/// One computer. Faults: power cut, reset, suspended as a whole with its clock running or standing still, clock step; the agent can die
/// or be stopped
/// (SIGSTOP) while the kernel, and with it the service address, lives on.
/// </summary>
public sealed class Machine
{
    private readonly List<Action> _missed = [];
    private readonly World _world;
    private int _boots;
    private bool _isWanted;

    public Machine(World world, int number)
    {
        _world = world;
        Number = number;
        Name = world.Site.Config.Nodes[number];
        Clock = new MachineClock(world.Timeline, 1);
        Services = new Services(world, this);
    }

    public int Number { get; }

    public string Name { get; }

    public bool PoweredOn { get; private set; }

    /// <summary>The whole machine stands still (hypervisor pause).</summary>
    public bool Suspended { get; private set; }

    public MachineClock Clock { get; private set; }

    public Disk Disk { get; } = new();

    public Services Services { get; }

    /// <summary>The running agent; null while there is none.</summary>
    public AgentProcess? Agent { get; private set; }

    public string BootId => $"boot-{Name}-{_boots}";

    /// <summary>Wall clock against the world's, seconds.</summary>
    public long WallOffset { get; set; }

    /// <summary>Its kernel answers.</summary>
    public bool Lives => PoweredOn && !Suspended;

    /// <summary>The agent decides and speaks.</summary>
    public bool AgentRuns => Lives && Agent is { Speaks: true, Stopped: false };

    /// <summary>Runs when this boot of the machine has lived for that long; missed while suspended, made up for afterwards.</summary>
    public void After(TimeSpan delay, Action action)
    {
        var boot = _boots;
        _world.Timeline.After(delay, () =>
        {
            if (boot != _boots || !PoweredOn) return;
            if (Suspended) _missed.Add(action);
            else action();
        });
    }

    /// <summary>Happens when the machine runs again.</summary>
    public void Postpone(Action action) => _missed.Add(action);

    /// <summary>A fence device lets power through.</summary>
    public bool HasOutlet { get; private set; } = true;

    /// <summary>A fence device takes the power away.</summary>
    public void Fence(string why)
    {
        _isWanted = PoweredOn || _isWanted;
        HasOutlet = false;
        var wanted = _isWanted;
        PowerOff(why);
        _isWanted = wanted;
    }

    /// <summary>A fence device gives the power back: the machine boots unless it was switched off otherwise.</summary>
    public void Restore()
    {
        HasOutlet = true;
        if (_isWanted) PowerOn();
    }

    public void PowerOn()
    {
        _isWanted = true;
        if (PoweredOn || !HasOutlet) return;
        PoweredOn = true;
        _boots++;
        Clock = new MachineClock(_world.Timeline, _world.Site.Chance ? 1 + ((_world.Dice.Below(401) - 200) * 1e-6) : 1);
        _world.Tell(this, "power on");
        _world.Oracle.Truth.BootedAt[Number] = _world.Timeline.Now;
        After(_world.Vary(_world.Site.BootTime, 0.3), StartAgent);
    }

    public void PowerOff(string why)
    {
        _isWanted = false;
        if (!PoweredOn) return;
        Disk.Crash(_world.Dice);
        Agent?.End();
        Agent = null;
        Services.Vanish();
        _missed.Clear();
        (PoweredOn, Suspended) = (false, false);
        _boots++;
        _world.Tell(this, why);
    }

    /// <summary>Reset by the watchdog, an operator or a crash of the kernel.</summary>
    public void Reset(string why)
    {
        if (!PoweredOn) return;
        PowerOff(why);
        _isWanted = true;
        _world.Timeline.After(TimeSpan.FromMilliseconds(500), PowerUp);
    }

    /// <summary>After a reset: unless somebody has switched it off meanwhile.</summary>
    private void PowerUp()
    {
        if (_isWanted) PowerOn();
    }

    public void StartAgent()
    {
        if (!Lives || Agent is not null) return;
        Agent = new AgentProcess(_world, this);
        Agent.Begin();
    }

    /// <summary>The process dies; what it started runs on, and systemd starts it again.</summary>
    public void CrashAgent(bool restarts)
    {
        if (Agent is null) return;
        Disk.Crash(_world.Dice);
        Agent.End();
        Agent = null;
        Services.Unwatched();
        _world.Tell(this, "the agent dies; its resources run on");
        if (restarts) After(_world.Vary(TimeSpan.FromMilliseconds(300), 0.6), StartAgent);
    }

    /// <summary>The agent ended by itself.</summary>
    public void AgentLeft()
    {
        Agent?.End();
        Agent = null;
        Services.Unwatched();
    }

    public void Suspend(SuspendedClock clock)
    {
        if (!Lives) return;
        Suspended = true;
        if (clock == SuspendedClock.StandsStill) Clock.Stand();
        _world.Tell(this, clock == SuspendedClock.Runs ? "the machine is suspended" : "the machine is suspended, its clock stands still");
    }

    public void Resume()
    {
        if (!Suspended) return;
        Suspended = false;
        Clock.Run();
        _world.Tell(this, "the machine runs again");
        var missed = _missed.ToArray();
        _missed.Clear();
        foreach (var action in missed) After(_world.Vary(TimeSpan.FromMilliseconds(2), 0.9), action);
    }

}
