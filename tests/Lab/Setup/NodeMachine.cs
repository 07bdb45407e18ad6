using Appliance.Lab.Host;

namespace Appliance.Lab.Setup;

/// <summary>
/// One node: its disk (an overlay over the cached root file system), its power switch, and a way to run commands in it.
/// </summary>
public sealed class NodeMachine(LabPlace place, LabState state, LabNetwork network, NodePlan plan)
{
    private static readonly TimeSpan BootLimit = TimeSpan.FromSeconds(60);

    /// <summary>Of the run.</summary>
    public LabPlace Place => place;

    /// <summary>Who it is.</summary>
    public NodePlan Plan => plan;

    /// <summary>Its root directory on the host.</summary>
    public string Root => place.NodeRoot(plan);

    /// <summary>The control group that holds it.</summary>
    public ControlGroup Group { get; } = new(place.MachineName(plan));

    /// <summary>Its data disk.</summary>
    public VolatileDisk Disk { get; } = new(place, state, plan);

    /// <summary>Whether it has power.</summary>
    public bool IsOn => state.Leaders.TryGetValue(plan.Name, out var leader) && leader.IsAlive;

    /// <summary>Makes the disk over the layers (top first, joined by colons).</summary>
    public void CreateDisk(string layers)
    {
        var disk = place.NodeDisk(plan);
        foreach (var directory in new[] { "upper", "work", "merged" }) Directory.CreateDirectory($"{disk}/{directory}");
        MountDisk(layers);
        File.WriteAllText($"{Root}/etc/hostname", plan.Name + "\n");
        File.WriteAllText($"{Root}/etc/hosts", "127.0.0.1 localhost\n" +
            string.Concat(NodePlan.Both.Select(node => $"{node.LanAddress} {node.Name}\n")));
        // An overlay copies a file when it is first written to. Do it now: a database whose first start copies
        // 150 MB would make the first takeover slower than all others.
        HostCommand.Run("find", $"{Root}/var/lib/mysql", $"{Root}/var/lib/asterisk", "-type", "f", "-exec", "touch", "--no-create",
            "{}", "+");
    }

    /// <summary>Switches it on and returns when systemd has finished starting.</summary>
    public void PowerOn()
    {
        if (IsOn) return;
        Start();
        WaitUntilBooted();
    }

    /// <summary>Returns when systemd has finished starting.</summary>
    public void WaitUntilBooted()
    {
        if (!Waiting.Until(BootLimit, TimeSpan.FromMilliseconds(50), HasBooted))
            throw new LabException($"{plan.Name} did not finish starting within {BootLimit.TotalSeconds} s; see {place.Log(plan.Name)}");
    }

    /// <summary>
    /// Cuts the power: links and processes end in the same instant. A dead machine's namespace would go on answering ARP.
    /// </summary>
    public void PowerCut()
    {
        if (IsOn) PowerCutAtOnce([this]);
    }

    /// <summary>The same for several machines in one instant; all have power.</summary>
    public static void PowerCutAtOnce(IReadOnlyList<NodeMachine> machines)
    {
        foreach (var machine in machines)
        {
            machine.SetLinks(up: false);
            if (machine.HasRelay) LineHardware.SetPower(machine.Place, on: false);
        }

        Parallel.ForEach(machines, machine => machine.KillProcesses());
        // The disks go after the processes: nothing is left then that could see an error of a disk without power.
        foreach (var machine in machines) machine.Disk.Cut();
    }

    /// <summary>Stops the machine as a virtual machine is paused: neither processes nor links move until <see cref="Resume"/>.</summary>
    public void Pause()
    {
        SetLinks(up: false);
        Group.Freeze(true);
    }

    /// <summary>Continues a paused machine; for its clock nothing happened but a long gap.</summary>
    public void Resume()
    {
        Group.Freeze(false);
        SetLinks(up: true);
    }

    /// <summary>Runs a command in the node and ends the lab when it fails.</summary>
    public string Run(params string[] command) => Try(command).OutputOrFail($"{plan.Name}: {string.Join(' ', command)}");

    /// <summary>Runs a command in the node and returns whatever came out.</summary>
    public CommandResult Try(params string[] command) => Try(TimeSpan.FromSeconds(60), command);

    /// <summary>The same with a limit of its own.</summary>
    public CommandResult Try(TimeSpan limit, params string[] command)
    {
        if (!IsOn) return new CommandResult(-1, "", $"{plan.Name} is off");
        string[] enter = ["--target", $"{state.Leaders[plan.Name].Number}", "--all", "--", "env", "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME=/root"];
        return HostCommand.Try(limit, "nsenter", [.. enter, .. command]);
    }

    /// <summary>Ends its processes and takes its disk's mount away; the disk itself stays.</summary>
    public void Remove()
    {
        if (Group.IsFrozen) Group.Freeze(false);
        KillProcesses();
        Disk.Cut();
        if (HostCommand.Try("mountpoint", "--quiet", Root).ExitCode == 0) HostCommand.Run("umount", Root);
        RemovePropagation();
    }

    private void SetLinks(bool up) => network.SetPorts(LabNetwork.Media.Select(medium => LabNetwork.Port(plan, medium)), up);

    private void MountDisk(string layers)
    {
        var disk = place.NodeDisk(plan);
        // redirect_dir: a directory of the layers can be renamed, as on a real disk.
        HostCommand.Run("mount", "--types", "overlay", place.MachineName(plan), "--options",
            $"redirect_dir=on,lowerdir={layers},upperdir={disk}/upper,workdir={disk}/work", Root);
    }

    /// <summary>Switches it on and returns as soon as its first process runs.</summary>
    public void Start()
    {
        network.PlugOut(plan);
        network.PlugIn(plan);
        Group.Create();
        Disk.Start();
        if (HasRelay) LineHardware.SetPower(place, on: true);
        string[] options =
        [
            "--quiet", $"--directory={Root}", $"--machine={place.MachineName(plan)}", $"--hostname={plan.Name}", "--register=no",
            "--keep-unit", $"--network-namespace-path=/run/netns/{place.NodeNamespace(plan)}", "--capability=all",
            "--resolv-conf=off", "--timezone=off", "--link-journal=no", "--console=pipe",
            $"--bind={state.SerialPorts[plan.Name]}:/dev/ttyS1", .. RelayOptions, .. Disk.NspawnOptions, "--boot",
        ];
        // The control group first, so that nspawn and all it starts can be frozen together. systemd 257 wants the second version.
        var supervisor = HostCommand.StartDetached(place.Log(plan.Name),
            $"echo $$ >{Group.JoinFile} && SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 exec systemd-nspawn {string.Join(' ', options)}");
        state.Supervisors[plan.Name] = supervisor;
        state.Leaders.Remove(plan.Name);
        state.Save(place);

        // nspawn forks twice; the child in between is not the machine.
        ProcessId? leader = null;
        Waiting.Until(TimeSpan.FromSeconds(15),
            () => !supervisor.IsAlive
                || (leader = supervisor.Children().FirstOrDefault(child => child.IsFirstOfItsNamespace)) is not null);
        if (leader is null) throw new LabException($"{plan.Name} did not start; see {place.Log(plan.Name)}");
        state.Leaders[plan.Name] = leader;
        state.Save(place);
    }

    // nspawn leaves its mount tunnel behind when the machine inside was killed.
    private void RemovePropagation()
    {
        var tunnel = $"/run/systemd/nspawn/propagate/{place.MachineName(plan)}";
        if (!Directory.Exists(tunnel)) return;
        HostCommand.Try("umount", tunnel);
        Directory.Delete(tunnel);
    }

    private bool HasBooted() =>
        Try(TimeSpan.FromSeconds(5), "systemctl", "is-system-running") is { } answer && answer.Output.Trim() is "running" or "degraded";

    private bool HasRelay => plan == NodePlan.A && state.RelayPort.Length > 0;

    private string[] RelayOptions => HasRelay ? [$"--bind={state.RelayPort}:/dev/ttyUSB0"] : [];

    // By the control group and not by the noted numbers: a start that failed half way has processes nobody noted. The
    // group goes too: the kernel kills what a later start would fork into the remains of a killed one.
    private void KillProcesses()
    {
        if (!Group.Kill(TimeSpan.FromSeconds(10)))
            throw new LabException($"{plan.Name}: its processes do not end; see /proc for what they wait for");
        Group.Remove();
    }
}
