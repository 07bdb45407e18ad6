using Appliance.Lab.Host;
using Appliance.Lab.Setup;

namespace Appliance.Lab.LinuxHa;

/// <summary>Debian's Heartbeat 3.0.6 as node pbx-a: an overlay over the lab's layer, namespaces of its own, no systemd.</summary>
public sealed class HeartbeatBox : IDisposable
{
    private const string Name = "pbx-a";
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(20);

    /// <summary>When it restarts itself it leaves the foreground; its machine must not end then.</summary>
    private const string Life = "/usr/libexec/heartbeat/heartbeat -f; while grep -qsx heartbeat /proc/[0-9]*/comm; do sleep 0.1; done";

    private readonly MixedRoom _room;
    private readonly string _namespace;
    private ProcessId? _supervisor;

    public HeartbeatBox(MixedRoom room, string inNamespace, bool allMedia, string port)
    {
        (_room, _namespace) = (room, inNamespace);
        foreach (var directory in new[] { "upper", "work", "merged" }) Directory.CreateDirectory($"{room.Folder}/{Name}/{directory}");
        HostCommand.Run("mount", "--types", "overlay", Path.GetFileName(room.Folder), "--options",
            $"lowerdir={RootFileSystem.Layers("heartbeat")},upperdir={room.Folder}/{Name}/upper,workdir={room.Folder}/{Name}/work", Root);
        var media = allMedia
            ? $"udpport 694\nbcast eth1\nmcast eth1 239.192.0.42 696 1 0\nudpport 695\nucast eth1 10.9.8.2\nbaud 115200\nserial {port}"
            : "udpport 695\nucast eth1 10.9.8.2";
        Directory.CreateDirectory($"{Root}/room");
        Write("ha.cf", $"logfile /room/ha-log\nkeepalive 200ms\nwarntime 1\ndeadtime 2\ninitdead 3\n{media}\nauto_failback off\n"
            + "node pbx-a\nnode pbx-b\n");
        Write("haresources", $"pbx-a {MixedRoom.Groups[0]}\npbx-b {MixedRoom.Groups[1]}\n");
        Write("authkeys", $"auth 1\n1 {room.Method} laboratory-only\n");
        File.SetUnixFileMode($"{Root}/etc/ha.d/authkeys", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        foreach (var group in MixedRoom.Groups)
        {
            Write($"resource.d/{group}", $"#!/bin/sh\nexec /room/dummy a {group} \"$1\"\n");
            File.SetUnixFileMode($"{Root}/etc/ha.d/resource.d/{group}", (UnixFileMode)0b111_101_101);
        }
    }

    private string Root => $"{_room.Folder}/{Name}/merged";

    /// <summary>What its daemon wrote.</summary>
    public string Log => File.Exists($"{_room.Folder}/ha-log") ? File.ReadAllText($"{_room.Folder}/ha-log") : "";

    /// <summary>Its daemon runs.</summary>
    public bool IsOn => _supervisor is { IsAlive: true };

    /// <summary>What it says it holds: none, local, foreign, all, or transition.</summary>
    public string Holds => Try("cl_status", "rscstatus").Output.Trim();

    /// <summary>What it says of our node: up, active, dead.</summary>
    public string Peer => Try("cl_status", "nodestatus", "pbx-b").Output.Trim();

    /// <summary>What it says of a link to our node: up or dead.</summary>
    public string Link(string device) => Try("cl_status", "hblinkstatus", "pbx-b", device).Output.Trim();

    public void Start()
    {
        var steps = $"hostname {Name}; mount -t proc proc {Root}/proc; mount -t tmpfs run {Root}/run; mount --rbind /dev {Root}/dev; "
            + $"mount --bind {_room.Folder} {Root}/room; cd {Root}; mkdir -p run/lock run/resource-agents run/heartbeat/rsctmp "
            + "run/heartbeat/ccm run/heartbeat/crm run/heartbeat/dopd; chroot . chown -R hacluster:haclient /run/heartbeat; "
            + "exec chroot . /bin/bash -c \"" + Life + "\"";
        _supervisor = HostCommand.StartDetached($"{_room.Folder}/heartbeat.log",
            $"exec ip netns exec {_namespace} unshare --uts --ipc --pid --mount --fork --kill-child bash -c '{steps}'");
    }

    /// <summary>hb_standby or hb_takeover with a class.</summary>
    public void Order(string command, string holding) =>
        Try($"/usr/share/heartbeat/{command}", holding).OutputOrFail($"{Name}: {command} {holding}");

    /// <summary>heartbeat -k; returns when it has ended.</summary>
    public void Stop()
    {
        Try("/usr/libexec/heartbeat/heartbeat", "-k");
        if (_supervisor?.WaitForEnd(EndLimit) == false) throw new LabException($"{Name}: heartbeat -k did not end it");
    }

    /// <summary>Cuts its power: nothing is said, and nothing runs there any more.</summary>
    public void Kill()
    {
        _supervisor?.Kill();
        _supervisor?.WaitForEnd(EndLimit);
        _room.Forget('a');
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Kill();
        // The mounts inside went with the namespace; what is left of them must not keep the folder.
        if (HostCommand.Try("mountpoint", "--quiet", Root).ExitCode == 0) HostCommand.Run("umount", "--lazy", Root);
    }

    private void Write(string file, string text) => File.WriteAllText($"{Root}/etc/ha.d/{file}", text);

    private CommandResult Try(params string[] command)
    {
        if (_supervisor?.Children().FirstOrDefault() is not { } first) return new CommandResult(-1, "", $"{Name} is off");
        string[] enter = ["--target", $"{first.Number}", "--mount", "--uts", "--ipc", "--net", "--pid", "--root", "--wd", "--"];
        return HostCommand.Try(TimeSpan.FromSeconds(20), "nsenter", [.. enter, .. command]);
    }
}
