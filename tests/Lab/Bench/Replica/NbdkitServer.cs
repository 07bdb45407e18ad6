using Appliance.Lab.Host;

namespace Appliance.Lab.Bench.Replica;

/// <summary>nbdkit's file plugin: as little as an NBD server of a file can do.</summary>
public sealed class NbdkitServer : IBlockServer
{
    private readonly ProcessId _process;

    /// <summary>Starts it on this file.</summary>
    public NbdkitServer(BenchRoom room, string disk)
    {
        Socket = room.File("nbdkit.sock");
        File.Delete(Socket);
        _process = room.Start(null, "nbdkit.log", "nbdkit", "--foreground", "--unix", Socket, "file", disk);
        Listening.Wait(Socket, _process, room.File("nbdkit.log"));
    }

    /// <inheritdoc/>
    public string Name => "nbdkit file";

    /// <inheritdoc/>
    public string Socket { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ProcessId> Processes => [_process];

    /// <inheritdoc/>
    public void Dispose() => BenchRoom.Stop(_process);
}
