namespace Appliance.Drivers.BlockFront;

/// <summary>An NBD server for the kernel or nbdfuse: what the devices need of it. On the loop's thread.</summary>
internal interface INbdServing : IDisposable
{
    /// <summary>Serves a connected socket that is past the handshake; owns it from now on.</summary>
    void Serve(int socket);

    /// <summary>Accepts connections with handshake on a unix socket that only root can open. Null, or why not.</summary>
    string? Listen(string path);

    /// <summary>Requests heard so far, on all connections.</summary>
    long Requests { get; }

    void BuffersFree();

    /// <summary>As <see cref="IBlockFront.TurnEnds"/>.</summary>
    void TurnEnds();

    void Resized(long size);

    /// <summary>Ends its connections and the listening; true when no request is under way any more.</summary>
    bool Withdraw();
}
