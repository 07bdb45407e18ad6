using System.Net;
using Appliance.Core.Replica;
using Appliance.Drivers.IoLoop;

namespace Appliance.Agent.Replica.Serve;

/// <summary>What <c>appliance replica serve</c> is told.</summary>
/// <param name="Disk">File or block device.</param>
/// <param name="Nbd">Path of the NBD socket.</param>
internal sealed record ServeOptions(string Disk, string Nbd)
{
    /// <summary>File with the metadata, "internal", or null: none.</summary>
    public string? Metadata { get; init; }

    /// <summary>"--metadata none" was said: also the disk of a replica is served as it is, metadata and all.</summary>
    public bool PlainByWord { get; init; }

    /// <summary>Past the page cache also for a regular file.</summary>
    public bool Direct { get; init; }

    /// <summary>Bytes that a regular file is made or grown to; 0: it stays.</summary>
    public long Size { get; init; }

    public IoLoopKind Loop { get; init; }

    public bool Stats { get; init; }

    public string Name { get; init; } = "serve";

    public string Cluster { get; init; } = "";

    public int Node { get; init; }

    /// <summary>Node 0 waits for its peer here.</summary>
    public IPEndPoint? Listen { get; init; }

    /// <summary>Node 1 dials its peer here.</summary>
    public IPEndPoint? Peer { get; init; }

    public string KeyFile { get; init; } = "";

    public bool Encrypt { get; init; }

    public Protocol Protocol { get; init; } = Protocol.C;

    /// <summary>Control socket; null: nobody can order anything.</summary>
    public string? Control { get; init; }

    /// <summary>Become primary at once.</summary>
    public bool Primary { get; init; }

    /// <summary>As primary: whatever the disk holds is the truth.</summary>
    public bool Force { get; init; }

    /// <summary>How to make a key file for a trial.</summary>
    public const string KeyAdvice =
        "A key for a trial: (umask 077; echo \"1 hmac-sha256 $(openssl rand -hex 32)\" > FILE), the same file on both sides";

    public bool HasPeer => Listen is not null || Peer is not null;

    /// <summary>Just the disk behind the socket, without an engine.</summary>
    public bool IsPlain => Metadata is null;

    /// <summary>What cannot be meant; empty when all fits together.</summary>
    public string Problem()
    {
        if (Force && !Primary) return "--force says how to become primary: give --primary, too";
        if (!IsPlain) return EngineProblem();
        if (HasPeer) return "a pair needs --metadata: without it nobody would know what differs";
        if (Control is not null) return "--control needs --metadata: a plain disk takes no orders";
        return Primary ? "--primary needs --metadata: a plain disk is always served" : "";
    }

    private string EngineProblem()
    {
        if (Size > 0) return "--size is for a plain disk: a replica's is grown with its metadata";
        if (Listen is not null && Peer is not null) return "node 0 listens and node 1 dials: give --listen or --peer, not both";
        if (Listen is not null && Node != 0) return "node 0 listens: --node 0, or --peer instead of --listen";
        if (Peer is not null && Node != 1) return "node 1 dials: --node 1, or --listen instead of --peer";
        if (HasPeer && (KeyFile.Length == 0 || Cluster.Length == 0))
            return "a pair needs --key-file and --cluster: the two prove who they are. " + KeyAdvice;
        return Control is null && !Primary && !HasPeer ? "nobody could make it primary: give --primary or --control" : "";
    }
}
