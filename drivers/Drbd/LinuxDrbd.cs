using System.Globalization;
using Appliance.Core.Replica;
using Appliance.Drivers.Script;

namespace Appliance.Drivers.Drbd;

/// <summary>DRBD 8.4 or 9 through drbdadm and drbdsetup. No call lasts longer than <see cref="Deadline"/>: a DRBD that hangs is a refusal
/// in words, not a hanging agent.</summary>
/// <param name="resource">Name of the resource.</param>
/// <param name="minor">/dev/drbdN.</param>
/// <param name="drbdadm">Path of drbdadm; tests have their own.</param>
/// <param name="drbdsetup">Path of drbdsetup.</param>
/// <param name="procDrbd">/proc/drbd.</param>
public sealed class LinuxDrbd(
    string resource, int minor, string drbdadm = "/usr/sbin/drbdadm", string drbdsetup = "/usr/sbin/drbdsetup",
    string procDrbd = "/proc/drbd") : IDrbd
{
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(20);

    public DrbdStatus? Status(out string problem)
    {
        var page = ReadProc();
        // DRBD 9 keeps only a version line there.
        if (page.Contains("cs:", StringComparison.Ordinal)) return ProcDrbdText.Parse(page, minor, resource, out problem);
        var end = Run([drbdsetup, "status", resource, "--json", "--statistics"]);
        if (end.ExitCode == 0) return DrbdJson.Parse(end.Output, resource, out problem);
        problem = $"drbdsetup status {resource}: {end.Words}";
        return null;
    }

    public string? Order(ReplicaOrder order) => order switch
    {
        ReplicaOrder.Primary primary => Adm(primary.Force ? ["primary", "--force", resource] : ["primary", resource]),
        ReplicaOrder.Secondary => Adm("secondary", resource),
        ReplicaOrder.Connect connect => Adm(connect.DiscardMyData ? ["connect", "--discard-my-data", resource] : ["connect", resource]),
        ReplicaOrder.Disconnect => Adm("disconnect", resource),
        ReplicaOrder.Invalidate invalidate => Adm(invalidate.Peer ? "invalidate-remote" : "invalidate", resource),
        ReplicaOrder.Verify => Adm("verify", resource),
        ReplicaOrder.Resize { Bytes: 0 } => Adm("resize", resource),
        ReplicaOrder.Resize resize => Adm(
            string.Create(CultureInfo.InvariantCulture, $"--size={resize.Bytes / 1024}k"), "resize", resource),
        ReplicaOrder.Detach => Adm("detach", resource),
        ReplicaOrder.Outdate => Adm("outdate", resource),
        ReplicaOrder.SuspendIo => Adm("suspend-io", resource),
        ReplicaOrder.ResumeIo => Adm("resume-io", resource),
        // To let them go on would call them safe.
        ReplicaOrder.FailIo => "DRBD cannot fail the writes that wait: they wait until the peer is back, or this node is reset",
        ReplicaOrder.PeerFenced or ReplicaOrder.PeerDead => null, // It asks by its fence-peer handler; see the process that drives us.
        ReplicaOrder.Stop { FrontStays: false } => Down(),
        ReplicaOrder.Stop => null, // The kernel goes on without us.
        _ => $"DRBD has no order {order.GetType().Name}",
    };

    public string? CreateMetadata(bool force) => Adm(force ? ["create-md", "--force", resource] : ["create-md", resource]);

    public string? Up() => Adm("up", resource);

    public string? Adjust() => Adm("adjust", resource);

    public string? Down() => Adm("down", resource);

    public string? Attach() => Adm("attach", resource);

    private string? Adm(params string[] arguments)
    {
        var end = Run([drbdadm, .. arguments]);
        return end.ExitCode == 0 ? null : $"drbdadm {string.Join(' ', arguments)}: {end.Words}";
    }

    private ProcessEnd Run(string[] command)
    {
        if (!File.Exists(command[0])) return new ProcessEnd(null, "", $"{command[0]} does not exist: install drbd-utils");
        using var deadline = new CancellationTokenSource(Deadline);
        return ProcessRunner.Run(command, null, deadline.Token);
    }

    private string ReadProc()
    {
        try
        {
            return File.ReadAllText(procDrbd);
        }
        catch (Exception world) when (world is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
