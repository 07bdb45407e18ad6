using System.Globalization;
using Appliance.Core.Replica;
using Appliance.Simulation.Replica.Agents;
using Appliance.Simulation.Replica.Hosts;

namespace Appliance.Simulation.Replica;

/// <summary>What can be done to the world, as words: <c>FAULT [NODE] [SECONDS]</c>. A fault that lasts ends by itself.</summary>
public sealed class Mischief(ReplicaWorld world)
{
    private readonly Dice _dice = world.Dice.Fork(61);

    /// <summary>Does it; false: the words mean nothing.</summary>
    public bool Do(string command)
    {
        world.Tell(-1, $"> {command}");
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var node = words.Length > 1 && words[1] == "b" ? 1 : 0;
        var time = TimeSpan.FromSeconds(words.Length > 1 && double.TryParse(
            words[^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? seconds : 1);
        return Machine(words[0], world.Hosts[node], time) || Cable(words[0], node, time) || Disk(words[0], world.Hosts[node], time)
            || Person(words[0], world.Hosts[node], time);
    }

    /// <summary>All faults end.</summary>
    public void Mend()
    {
        world.MendedAt = world.Timeline.Now;
        world.Link.Mend();
        world.Greeter.CableChanged(loud: false);
        world.Arbiter.IsDeaf = false;
        foreach (var host in world.Hosts)
        {
            host.Disk.Trouble.Mend();
            host.Disk.Trouble.Unreadable.Clear();
            host.WantsPeer = true;
            host.WantsDisk = true;
        }
    }

    private bool Machine(string word, SimHost host, TimeSpan time)
    {
        switch (word)
        {
            case "start":
                foreach (var each in world.Hosts) each.PowerOn();
                world.Arbiter.HandsOff = true;
                After(time, () => ForceFirst(host));
                return true;
            case "power":
                host.PowerCut();
                After(time, host.PowerOn);
                return true;
            case "blackout":
                foreach (var each in world.Hosts) After(_dice.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(20)), each.PowerCut);
                foreach (var each in world.Hosts) After(time + _dice.Between(TimeSpan.Zero, TimeSpan.FromSeconds(4)), each.PowerOn);
                return true;
            case "kill": host.Kill(); return true;
            case "pause":
                host.Pause();
                After(time, host.Resume);
                return true;
            default: return false;
        }
    }

    private bool Cable(string word, int node, TimeSpan time)
    {
        var link = world.Link;
        switch (word)
        {
            case "cut":
                (link.Cut[0], link.Cut[1]) = (true, true);
                world.Greeter.CableChanged(loud: _dice.Chance(0.5));
                After(time, Whole);
                return true;
            case "deaf":
                link.Cut[node] = true;
                After(time, Whole);
                return true;
            case "break": world.Greeter.CableChanged(loud: true); return true;
            case "storm":
                for (var left = time; left > TimeSpan.Zero; left -= TimeSpan.FromMilliseconds(250))
                    After(left, () => world.Greeter.CableChanged(loud: true));
                return true;
            case "late":
                link.Late = 0.1;
                After(time, () => link.Late = 0);
                return true;
            case "damage":
                link.Damage = 0.02;
                After(time, () => link.Damage = 0);
                return true;
            case "agents-deaf":
                world.Arbiter.IsDeaf = true;
                After(time, () => world.Arbiter.IsDeaf = false);
                return true;
            case "stranger":
                world.Greeter.Stranger(_dice.Below(2));
                return true;
            default: return false;
        }
    }

    private bool Disk(string word, SimHost host, TimeSpan time)
    {
        var trouble = host.Disk.Trouble;
        switch (word)
        {
            case "disk-dead":
                trouble.Dead = true;
                After(time, () => trouble.Dead = false);
                return true;
            case "disk-errors":
                trouble.Errors = 0.05;
                After(time, () => trouble.Errors = 0);
                return true;
            case "disk-short":
                trouble.Shorts = 0.3;
                After(time, () => trouble.Shorts = 0);
                return true;
            case "disk-slow":
                trouble.Slowness = 20;
                After(time, () => trouble.Slowness = 1);
                return true;
            case "disk-hang": trouble.HangsUntil = world.Timeline.Now + time; return true;
            case "unreadable":
                if (world.Hosts[1 - host.Node].Disk.Trouble.Unreadable.Count > 0) return true; // Both copies bad: nobody can help.
                var first = _dice.Below((int)(world.Site.DataBytes / Disks.Sector.Bytes));
                for (var sector = first; sector < Math.Min(first + 16, world.Site.DataBytes / Disks.Sector.Bytes); sector++)
                    trouble.Unreadable.Add(sector);
                return true;
            case "rot":
                if (world.IsWhole && world.Front.Node == 1 - host.Node)
                    world.Rot(host.Node, _dice.Below((int)(world.Site.DataBytes / Disks.Sector.Bytes)));
                return true;
            default: return false;
        }
    }

    private bool Person(string word, SimHost host, TimeSpan time)
    {
        var person = world.Operator;
        switch (word)
        {
            case "switchover": person.SwitchOver(politely: _dice.Chance(0.7)); return true;
            case "disconnect":
                person.Disconnect(host);
                After(time, () => Operator.Connect(host));
                return true;
            case "verify": host.Process?.Order(new ReplicaOrder.Verify()); return true;
            case "invalidate":
                if (world.Front.Node != host.Node) person.Invalidate(host, peer: false);
                return true;
            case "invalidate-peer":
                if (world.Front.Node == host.Node) person.Invalidate(host, peer: true);
                return true;
            case "detach":
                person.Detach(host);
                After(time, () => Operator.Attach(host));
                return true;
            case "replace":
                person.Detach(host);
                After(time, () => person.ReplaceDisk(host));
                return true;
            case "suspend":
                host.Process?.Order(new ReplicaOrder.SuspendIo());
                After(time, () => host.Process?.Order(new ReplicaOrder.ResumeIo()));
                return true;
            case "stop":
                person.Stop(host, frontStays: false);
                After(time, () => Operator.Start(host));
                return true;
            case "restart": person.Stop(host, frontStays: true); return true;
            case "repair": person.Repair(); return true;
            case "force":
                Force(host);
                return true;
            case "resize": host.Process?.Order(new ReplicaOrder.Resize(0)); return true;
            default: return false;
        }
    }

    /// <summary>A person loses patience while nobody serves and the other machine is not there.</summary>
    private void Force(SimHost host)
    {
        var other = world.Hosts[1 - host.Node];
        if (world.Arbiter.Holder < 0 && host.Process is { IsAlive: true } && !host.IsPaused && !other.IsOn && !world.IsStranger(host.Node))
            world.Arbiter.Force(host.Node);
    }

    private void ForceFirst(SimHost host)
    {
        world.Arbiter.HandsOff = false;
        if (host.Process is { IsAlive: true }) world.Arbiter.Force(host.Node);
        else After(TimeSpan.FromMilliseconds(200), () => ForceFirst(host));
    }

    private void Whole()
    {
        (world.Link.Cut[0], world.Link.Cut[1]) = (false, false);
        world.Greeter.CableChanged(loud: false);
    }

    private void After(TimeSpan time, Action action) => world.Timeline.After(time, action);
}
