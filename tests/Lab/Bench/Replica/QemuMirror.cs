using System.Diagnostics;
using Appliance.Lab.Host;

namespace Appliance.Lab.Bench.Replica;

/// <summary>The ways qemu has to keep two copies.</summary>
public enum QemuMirrorKind
{
    /// <summary>The quorum driver over a local file and a remote export: every write goes to both.</summary>
    Quorum,

    /// <summary>blockdev-mirror in write-blocking mode: a write is done when the target has it too.</summary>
    Mirror,
}

/// <summary>qemu's own mirror of the same shape as ours: a local file and an export of qemu-storage-daemon on the other node.</summary>
public sealed class QemuMirror : IBlockServer
{
    private const int Port = 10809;

    private readonly ProcessId _near;
    private readonly ProcessId _far;

    /// <summary>Starts both sides; with Mirror it copies the whole disk first.</summary>
    public QemuMirror(BenchRoom room, QemuMirrorKind kind, string nearDisk, string farDisk)
    {
        Name = kind == QemuMirrorKind.Quorum ? "qemu quorum" : "qemu blockdev-mirror";
        Socket = room.File("qemu.sock");
        var monitor = room.File("qemu.monitor");
        foreach (var path in new[] { Socket, monitor }) File.Delete(path);
        // io_uring was the faster of its ways here.
        _far = room.Start(room.NamespaceB, "qemu-far.log", "qemu-storage-daemon",
            "--blockdev", $"driver=file,node-name=far,filename={farDisk},aio=io_uring",
            "--nbd-server", $"addr.type=inet,addr.host={BenchRoom.AddressB},addr.port={Port}",
            "--export", "type=nbd,id=far,node-name=far,writable=on,name=far");
        if (!Waiting.Until(TimeSpan.FromSeconds(10), () => !_far.IsAlive || Reachable(room)) || !_far.IsAlive)
            throw new LabException($"qemu's far side did not start: {File.ReadAllText(room.File("qemu-far.log")).Trim()}");
        string[] local = ["--blockdev", $"driver=file,node-name=near,filename={nearDisk},aio=io_uring"];
        string[] remote =
        [
            "--blockdev", $"driver=nbd,node-name=remote,server.type=inet,server.host={BenchRoom.AddressB},server.port={Port},export=far",
        ];
        string[] quorum =
        [
            "--blockdev", "driver=quorum,node-name=both,vote-threshold=1,read-pattern=fifo,children.0=near,children.1=remote",
        ];
        var node = kind == QemuMirrorKind.Quorum ? "both" : "near";
        string[] front =
        [
            "--nbd-server", $"addr.type=unix,addr.path={Socket}", "--export", $"type=nbd,id=front,node-name={node},writable=on,name=",
            "--chardev", $"socket,id=monitor,path={monitor},server=on,wait=off", "--monitor", "chardev=monitor",
        ];
        _near = room.Start(room.NamespaceA, "qemu-near.log",
            ["qemu-storage-daemon", .. local, .. remote, .. kind == QemuMirrorKind.Quorum ? quorum : [], .. front]);
        Listening.Wait(Socket, _near, room.File("qemu-near.log"));
        if (kind == QemuMirrorKind.Mirror) Copy(monitor);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Socket { get; }

    /// <summary>How long the first copy of the whole disk took; zero for Quorum, which has none.</summary>
    public TimeSpan FullCopy { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<ProcessId> Processes => [_near, _far];

    /// <inheritdoc/>
    public void Dispose()
    {
        BenchRoom.Stop(_near);
        BenchRoom.Stop(_far);
    }

    private void Copy(string path)
    {
        using var monitor = new QemuMonitor(path);
        var begin = Stopwatch.GetTimestamp();
        monitor.Ask("""
            {"execute":"blockdev-mirror","arguments":{"job-id":"copy","device":"near","target":"remote","sync":"full",
            "copy-mode":"write-blocking"}}
            """.ReplaceLineEndings(""));
        monitor.Await("BLOCK_JOB_READY");
        FullCopy = Stopwatch.GetElapsedTime(begin);
    }

    private static bool Reachable(BenchRoom room) =>
        HostCommand.Try("ip", "netns", "exec", room.NamespaceA, "nbdinfo", "--size",
            $"nbd://{BenchRoom.AddressB}:{Port}/far").ExitCode == 0;
}
