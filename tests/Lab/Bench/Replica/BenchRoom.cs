using System.Text.Json;
using Appliance.Lab.Host;
using Appliance.Lab.Setup;

namespace Appliance.Lab.Bench.Replica;

/// <summary>
/// Where the replica's measurements happen: a directory for disks and sockets, and two namespaces joined by a veth pair. Everything made
/// here carries a prefix of this run and goes away with it.
/// </summary>
public sealed class BenchRoom : IDisposable
{
    /// <summary>What the disks of all contestants hold, bytes.</summary>
    public const long DiskBytes = 1L << 30;

    /// <summary>Of the tmpfs: two disks, another one, and what programs write beside them.</summary>
    private const long MemoryMax = 5 * DiskBytes;

    private readonly List<ProcessId> _processes = [];
    private readonly string _prefix = $"alr{Random.Shared.Next(0x1000):x3}";
    private bool _isMounted;

    /// <param name="parent">Where the directory is made. Null: a tmpfs of its own keeps the machine's disk out of the figures.</param>
    public BenchRoom(string? parent)
    {
        Folder = $"{parent ?? Path.GetTempPath().TrimEnd('/')}/{_prefix}";
        Directory.CreateDirectory(Folder);
        _isMounted = parent is null;
        if (_isMounted) HostCommand.Run("mount", "-t", "tmpfs", "-o", $"size={MemoryMax}", _prefix, Folder);
        foreach (var name in new[] { NamespaceA, NamespaceB })
        {
            HostCommand.Run("ip", "netns", "add", name);
            HostCommand.Run("ip", "-n", name, "link", "set", "lo", "up");
        }
        HostCommand.Run("ip", "-n", NamespaceA, "link", "add", "wire", "type", "veth", "peer", "name", "wire", "netns", NamespaceB);
        HostCommand.Run("ip", "-n", NamespaceA, "address", "add", $"{AddressA}/30", "dev", "wire");
        HostCommand.Run("ip", "-n", NamespaceB, "address", "add", $"{AddressB}/30", "dev", "wire");
        SetWire(up: true);
    }

    /// <summary>Of the node that serves.</summary>
    public const string AddressA = "10.9.9.1";

    /// <summary>Of the other one.</summary>
    public const string AddressB = "10.9.9.2";

    /// <summary>Disks, sockets and logs.</summary>
    public string Folder { get; }

    /// <summary>The namespace of the node that serves.</summary>
    public string NamespaceA => $"{_prefix}-a";

    /// <summary>The namespace of the other one.</summary>
    public string NamespaceB => $"{_prefix}-b";

    /// <summary>A path in the folder.</summary>
    public string File(string name) => $"{Folder}/{name}";

    /// <summary>
    /// A fresh disk full of noise: its space is taken, so that no contestant is first to touch a page, and nothing can be left out of a
    /// copy because it is zero.
    /// </summary>
    public string FreshDisk(string name, long bytes = DiskBytes)
    {
        var path = File(name);
        System.IO.File.Delete(path);
        HostCommand.Run("dd", "if=/dev/urandom", $"of={path}", "bs=1M", $"count={bytes >> 20}", "status=none");
        return path;
    }

    /// <summary>A fresh disk without any content.</summary>
    public string SparseDisk(string name, long bytes)
    {
        var path = File(name);
        System.IO.File.Delete(path);
        HostCommand.Run("truncate", "--size", $"{bytes}", path);
        return path;
    }

    /// <summary>Starts a program in a namespace (or none); it ends with the room at the latest.</summary>
    public ProcessId Start(string? inNamespace, string log, params string[] command)
    {
        var prefix = inNamespace is null ? "" : $"ip netns exec {inNamespace} ";
        var process = HostCommand.StartDetached(File(log), $"exec {prefix}{string.Join(' ', command)}");
        _processes.Add(process);
        return process;
    }

    /// <summary>Plugs or unplugs the wire, on both ends as a switched-off peer's card does.</summary>
    public void SetWire(bool up)
    {
        foreach (var name in new[] { NamespaceA, NamespaceB })
            HostCommand.Run("ip", "-n", name, "link", "set", "wire", up ? "up" : "down");
    }

    /// <summary>Gives both ends of the wire a speed, bits a second; null takes the limit away.</summary>
    public void Shape(long? bitsPerSecond)
    {
        foreach (var name in new[] { NamespaceA, NamespaceB })
        {
            HostCommand.Try("tc", "-n", name, "qdisc", "delete", "dev", "wire", "root");
            if (bitsPerSecond is { } bits)
                HostCommand.Run("tc", "-n", name, "qdisc", "add", "dev", "wire", "root", "tbf", "rate", $"{bits}bit", "burst", "256kb",
                    "latency", "20ms");
        }
    }

    /// <summary>Bytes with the headers of every packet that have left A's end of the wire, as the shaper counts them.</summary>
    public long ShapedBytes()
    {
        using var all = JsonDocument.Parse(HostCommand.Run("tc", "-n", NamespaceA, "-statistics", "-json", "qdisc", "show", "dev", "wire"));
        return all.RootElement[0].GetProperty("bytes").GetInt64();
    }

    /// <summary>Ends a program and waits for it.</summary>
    public static void Stop(ProcessId process)
    {
        process.Terminate();
        if (process.WaitForEnd(TimeSpan.FromSeconds(10))) return;
        process.Kill();
        process.WaitForEnd(TimeSpan.FromSeconds(5));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var process in _processes) process.Kill();
        foreach (var process in _processes) process.WaitForEnd(TimeSpan.FromSeconds(5));
        foreach (var name in new[] { NamespaceA, NamespaceB })
            if (LabNetwork.NamespaceExists(name)) HostCommand.Run("ip", "netns", "delete", name);
        if (_isMounted) HostCommand.Run("umount", "--lazy", Folder);
        _isMounted = false; // An interrupted run comes here twice.
        HostCommand.Run("rm", "--recursive", "--force", "--one-file-system", Folder);
    }
}
