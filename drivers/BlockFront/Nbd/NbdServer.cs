using Appliance.Core;
using Appliance.Drivers.Interop;
using Appliance.Drivers.IoLoop;
using Loop = Appliance.Drivers.IoLoop.IoLoop;

namespace Appliance.Drivers.BlockFront.Nbd;

/// <summary>How a device is served.</summary>
/// <param name="Name">Of the export; clients may also ask for the empty name.</param>
public sealed record NbdServerOptions(string Name)
{
    /// <summary>A line for people who ask the server what it has.</summary>
    public string Description { get; init; } = "";

    /// <summary>Refuses writes.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Buffers that all clients together may hold, so that one that does not read its answers leaves some to others. At least
    /// 16.</summary>
    public int BuffersMax { get; init; } = int.MaxValue;

    /// <summary>So long may a tool leave its answers unread while others wait for buffers; the kernel's client may do so for
    /// ever.</summary>
    public TimeSpan ReaderPatience { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>
/// A device for NBD clients: tools on a unix socket, with the whole negotiation, and the kernel's client on a connected socket, which
/// begins behind it. See docs/NBD.md. On the loop's thread; nothing is allocated for a request.
/// </summary>
public sealed class NbdServer : IBlockFront, INbdServing, IIoOwner
{
    /// <summary>Clients at a time; more wait until one goes.</summary>
    public const int ConnectionsMax = 16;

    /// <summary>Fewest buffers that a client must be able to have.</summary>
    public const int BuffersMin = 16;

    private const long SectorMask = Core.Replica.Geometry.SectorBytes - 1;
    private static readonly TimeSpan PatienceWithClients = TimeSpan.FromSeconds(2);

    private readonly NbdConnection?[] _connections = new NbdConnection?[ConnectionsMax];
    private readonly NbdServerOptions _options;
    private readonly IBlockDoor _door;
    private NbdListener? _listener;
    private int _count;
    private int _depth;
    private long _requests;
    private long _withdrawnAt;
    private bool _accepting;
    private bool _withdrawn;
    private bool _disposed;
    private bool _turnEnds;

    public NbdServer(NbdServerOptions options, Loop loop, IBlockDoor door)
    {
        Invariant.Check(options.BuffersMax >= BuffersMin);
        (_options, Loop, _door) = (options, loop, door);
        Pool = new NbdPool(door, options.BuffersMax);
        Work = new NbdWork(door, this, Pool, _connections);
    }

    /// <inheritdoc/>
    public string Name => _listener is null ? "nbd" : $"nbd {_listener.Path}";

    /// <summary>Clients connected.</summary>
    public int Connections => _count;

    /// <summary>Requests heard so far, on all connections. Any thread.</summary>
    public long Requests => Volatile.Read(ref _requests);

    internal Loop Loop { get; }

    internal NbdPool Pool { get; }

    internal NbdWork Work { get; }

    /// <summary>Whole sectors only.</summary>
    internal long Size => _door.Size & ~SectorMask;

    internal bool IsReadOnly => _options.ReadOnly;

    internal bool IsZeroFast => _door.ZeroesFast;

    /// <summary>Accepts clients on a unix socket that only its owner can open. Null, or why not.</summary>
    /// <param name="path">A socket that is left from a dead process is replaced; anything else that is there is not touched.</param>
    public string? Listen(string path)
    {
        Invariant.Check(_listener is null);
        _listener = NbdListener.Open(path, out var problem);
        if (_listener is null) return problem;
        _withdrawn = false;
        Enter();
        Leave();
        return null;
    }

    /// <summary>Serves a connected socket that is past the negotiation, with simple replies. Owns it from now on.</summary>
    public void Serve(int socket)
    {
        Invariant.Check(_count < ConnectionsMax);
        Enter();
        Add(socket, null);
        Leave();
    }

    /// <inheritdoc/>
    public void Answer(uint tag, int result)
    {
        Enter();
        Work.Answered(tag, result);
        Leave();
    }

    /// <inheritdoc/>
    public void BuffersFree()
    {
        if (!Work.IsWaiting) return;
        Enter();
        Leave();
    }

    /// <inheritdoc/>
    public void TurnEnds()
    {
        _turnEnds = true;
        if (Work.IsWaiting) HangUpOnIdlers();
        for (var at = 0; at < ConnectionsMax; at++)
            if (_connections[at] is { } connection) Settle(connection, send: true);
    }

    /// <inheritdoc/>
    public void Resized(long size)
    {
        Enter();
        foreach (var connection in _connections)
            if (connection is { IsTool: true }) connection.End();
        Leave();
    }

    /// <inheritdoc/>
    public bool Withdraw()
    {
        Enter();
        if (!_withdrawn) (_withdrawn, _withdrawnAt) = (true, Environment.TickCount64);
        CloseListener();
        var late = Environment.TickCount64 - _withdrawnAt > PatienceWithClients.TotalMilliseconds;
        foreach (var connection in _connections)
        {
            if (late) connection?.Abort();
            else connection?.End();
        }

        Leave();
        return _count == 0 && !_accepting;
    }

    /// <summary>Ends all connections at once. What the replica still does for them ends by itself while the loop turns.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        (_disposed, _withdrawn) = (true, true);
        Enter();
        CloseListener();
        foreach (var connection in _connections) connection?.Abort();
        Leave();
    }

    /// <inheritdoc/>
    public void Done(ulong token, int result)
    {
        _accepting = false;
        Enter();
        if (result >= 0 && _withdrawn) _ = Libc.close(result);
        else if (result >= 0) Add(result, Export);
        if (_withdrawn) CloseListener();
        Leave();
    }

    private void HangUpOnIdlers()
    {
        var before = Environment.TickCount64 - (long)_options.ReaderPatience.TotalMilliseconds;
        Enter();
        foreach (var connection in _connections)
            if (connection is { IsTool: true, Buffers: > 0 } && connection.SendingSince < before) connection.Abort();
        Leave();
    }

    internal void Heard() => Volatile.Write(ref _requests, _requests + 1);

    /// <summary>Everything that may change something runs between this and <see cref="Leave"/>.</summary>
    internal void Enter() => _depth++;

    /// <summary>At the outermost: lets wait nobody who can go on, and begins what is to be received and sent.</summary>
    internal void Leave()
    {
        if (_depth == 1)
        {
            bool any;
            do
            {
                any = Work.IsWaiting && Work.Feed();
                foreach (var connection in _connections) any |= connection is not null && connection.Parse();
            }
            while (any);

            for (var at = 0; at < ConnectionsMax; at++)
                if (_connections[at] is { } connection) Settle(connection, send: !_turnEnds);
            Accept();
        }

        _depth--;
    }

    private NbdExport Export =>
        new(_options.Name, Size, IsReadOnly) { Description = _options.Description, FastZero = IsZeroFast };

    private void Add(int socket, NbdExport? export)
    {
        var number = Array.IndexOf(_connections, null);
        _connections[number] = new NbdConnection(this, number, socket, export);
        _count++;
    }

    private void Settle(NbdConnection connection, bool send)
    {
        if (!connection.Settle(send)) return;
        _connections[connection.Number] = null;
        _count--;
        if (_disposed && _count == 0) Pool.Dispose();
    }

    private void Accept()
    {
        if (_accepting || _withdrawn || _listener is null || _count == ConnectionsMax) return;
        _accepting = true;
        Loop.Accept(this, 0, _listener.Socket);
    }

    private void CloseListener()
    {
        if (_listener is null) return;
        _listener.Unlink();
        if (_accepting)
        {
            Loop.Cancel(_listener.Socket);
            return; // Its end comes to Done.
        }

        _listener.Dispose();
        _listener = null;
    }
}
