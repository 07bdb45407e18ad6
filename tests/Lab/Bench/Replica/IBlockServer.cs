using Appliance.Lab.Host;

namespace Appliance.Lab.Bench.Replica;

/// <summary>A contestant: something that serves a block device over NBD on a unix socket. Running from its making to its end.</summary>
public interface IBlockServer : IDisposable
{
    /// <summary>For the table.</summary>
    string Name { get; }

    /// <summary>Where fio connects.</summary>
    string Socket { get; }

    /// <summary>All processes that do the work, on both nodes.</summary>
    IReadOnlyList<ProcessId> Processes { get; }
}
