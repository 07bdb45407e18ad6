using Appliance.Core.Replica;

namespace Appliance.Agent.Replica.Control;

/// <summary>The orders of the protocol: drbdadm's words where it has them.</summary>
public static class ReplicaOrderNames
{
    public const string Primary = "primary";
    public const string Secondary = "secondary";
    public const string Connect = "connect";
    public const string Disconnect = "disconnect";
    public const string Invalidate = "invalidate";
    public const string Verify = "verify";
    public const string Resize = "resize";

    /// <summary>The process reads the disk again and gives it to the engine.</summary>
    public const string Attach = "attach";
    public const string Detach = "detach";
    public const string PeerFenced = "peer-fenced";
    public const string Outdate = "outdate";
    public const string PeerDead = "peer-dead";
    public const string FailIo = "fail-io";
    public const string SuspendIo = "suspend-io";
    public const string ResumeIo = "resume-io";
    public const string Stop = "stop";

    private static readonly ReplicaArguments None = new();

    /// <summary>The order a request means; null and a sentence when it is none. Attach has no order here: it needs the disk.</summary>
    public static ReplicaOrder? Read(string? name, ReplicaArguments? given, out string error)
    {
        var arguments = given ?? None;
        error = "";
        var (order, unknown) = Find(name, arguments);
        if (order is null)
            error = $"there is no order '{Status.Words.Clean(name ?? "")}'";
        else if (unknown != None)
            error = $"the order {name} does not take these arguments";
        else if (order is ReplicaOrder.Resize { Bytes: < 0 })
            error = "a size is not negative";
        else
            return order;
        return null;
    }

    /// <summary>The order, and the arguments that it does not know.</summary>
    private static (ReplicaOrder? Order, ReplicaArguments Unknown) Find(string? name, ReplicaArguments given) => name switch
    {
        Primary => (new ReplicaOrder.Primary(given.Term ?? 0, given.PeerIsHarmless ?? false, given.Force ?? false),
            given with { Term = null, PeerIsHarmless = null, Force = null }),
        Secondary => (new ReplicaOrder.Secondary(), given),
        Connect => (new ReplicaOrder.Connect(given.DiscardMyData ?? false), given with { DiscardMyData = null }),
        Disconnect => (new ReplicaOrder.Disconnect(), given),
        Invalidate => (new ReplicaOrder.Invalidate(given.Peer ?? false), given with { Peer = null }),
        Verify => (new ReplicaOrder.Verify(), given),
        Resize => (new ReplicaOrder.Resize(given.Bytes ?? 0), given with { Bytes = null }),
        Detach => (new ReplicaOrder.Detach(), given),
        PeerFenced => (new ReplicaOrder.PeerFenced(given.Outdated ?? false), given with { Outdated = null }),
        Outdate => (new ReplicaOrder.Outdate(), given),
        PeerDead => (new ReplicaOrder.PeerDead(), given),
        FailIo => (new ReplicaOrder.FailIo(), given),
        SuspendIo => (new ReplicaOrder.SuspendIo(), given),
        ResumeIo => (new ReplicaOrder.ResumeIo(), given),
        Stop => (new ReplicaOrder.Stop(given.FrontStays ?? false), given with { FrontStays = null }),
        _ => (null, given),
    };
}
