using Appliance.Lab.Host;

namespace Appliance.Lab.Bench.Replica;

/// <summary>How our process is started for a measurement.</summary>
public sealed record ServeOptions
{
    /// <summary>What the room's files of this node start with; two nodes need two.</summary>
    public string Node { get; init; } = "a";

    /// <summary>Namespace; null: the machine's own.</summary>
    public string? Namespace { get; init; }

    /// <summary>The disk.</summary>
    public required string Disk { get; init; }

    /// <summary>Whether it keeps a superblock, an intent map and a bitmap, as in service.</summary>
    public bool Metadata { get; init; } = true;

    /// <summary>Whether it has a peer over the room's wire.</summary>
    public bool Peer { get; init; }

    /// <summary>Whether it serves (else it only receives).</summary>
    public bool Primary { get; init; } = true;
}

/// <summary><c>appliance replica serve</c>: our process, without an agent.</summary>
public sealed class ApplianceServer : IBlockServer
{
    private const int Port = 7788;
    // Of measurements only.
    private const string Key = "1 hmac-sha256 6265636865732d6f6e6c792d6265636865732d6f6e6c792d6265636865732121\n";

    private readonly BenchRoom _room;
    private readonly string _binary;
    private readonly ServeOptions _options;
    private ProcessId _process;

    /// <summary>Starts it; returns when it listens, for a primary, or answers on its control socket.</summary>
    public ApplianceServer(BenchRoom room, string binary, ServeOptions options)
    {
        (_room, _binary, _options) = (room, binary, options);
        Name = !options.Metadata ? "appliance, no metadata" : "appliance";
        Socket = room.File($"{options.Node}.sock");
        ControlPath = room.File($"{options.Node}.control");
        File.WriteAllText(room.File("key"), Key);
        File.SetUnixFileMode(room.File("key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var isNew = options.Metadata && !File.Exists(MetadataPath);
        if (isNew)
            HostCommand.Run(binary, "replica", "create", "bench", "--disk", options.Disk, "--metadata", MetadataPath, "--node", NodeNumber,
                "--cluster", "bench");
        _process = Launch();
        WaitUntilUp(isNew);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Socket { get; }

    /// <summary>Its control socket.</summary>
    public string ControlPath { get; }

    /// <summary>Its process.</summary>
    public ProcessId Process => _process;

    /// <inheritdoc/>
    public IReadOnlyList<ProcessId> Processes => [_process];

    /// <summary>Removes the metadata of a node, so that its next start begins a new history.</summary>
    public static void Forget(BenchRoom room, string node) => File.Delete(room.File($"{node}.metadata"));

    /// <summary>Ends it as kill -9 does.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForEnd(TimeSpan.FromSeconds(5));
    }

    /// <summary>Starts it again at once with the same options, as systemd does; does not wait.</summary>
    public void Restart() => _process = Launch();

    /// <summary>Returns when it answers, and, if it is to serve, when it does.</summary>
    /// <param name="isNew">Its disk was never used: what is on it becomes the truth.</param>
    public void WaitUntilUp(bool isNew = false)
    {
        var log = _room.File($"{_options.Node}.log");
        if (_options.Metadata) Listening.Wait(ControlPath, _process, log);
        if (_options is { Metadata: true, Primary: true }) Promote(isNew ? """{"force":true}""" : Resume());
        if (_options.Primary) Listening.Wait(Socket, _process, log);
    }

    /// <summary>Orders it to become primary until it does, as the agent would.</summary>
    public void Promote(string arguments)
    {
        string? refusal = null;
        if (!Waiting.Until(TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(2),
            () => (refusal = ControlSocket.TryOrder(ControlPath, "primary", arguments)) is null))
            throw new LabException($"node {_options.Node} was not promoted: {refusal}");
    }

    /// <inheritdoc/>
    public void Dispose() => BenchRoom.Stop(_process);

    // As the agent does for a process that it had made primary: with the same term, so that users go on before the peer is met.
    private string Resume()
    {
        ReplicaView? view = null;
        Waiting.Until(TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(2),
            () => (view = ControlSocket.Look(ControlPath)) is { Disk: not "Diskless" });
        return $$"""{"term":{{view?.Term ?? 0}}}""";
    }

    private ProcessId Launch()
    {
        File.Delete(Socket);
        File.Delete(ControlPath);
        string[] command = [_binary, "replica", "serve", "--disk", _options.Disk, "--nbd", Socket];
        string[] metadata = _options.Metadata ? Engine() : ["--metadata", "none"];
        return _room.Start(_options.Namespace, $"{_options.Node}.log", [.. command, .. metadata]);
    }

    private string MetadataPath => _room.File($"{_options.Node}.metadata");

    private string NodeNumber => _options.Node == "b" ? "1" : "0";

    // A plain disk takes no orders and has no role.
    private string[] Engine()
    {
        var second = _options.Node == "b";
        string[] identity = ["--name", "bench", "--cluster", "bench", "--node", NodeNumber, "--key-file", _room.File("key")];
        string[] peer = !_options.Peer ? []
            : second ? ["--peer", $"{BenchRoom.AddressA}:{Port}"] : ["--listen", $"{BenchRoom.AddressA}:{Port}"];
        return
        [
            "--control", ControlPath, "--metadata", MetadataPath, "--protocol", "C", .. identity, .. peer,
        ];
    }
}
