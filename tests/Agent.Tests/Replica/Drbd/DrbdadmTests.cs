using Appliance.Agent.Replica.Drbd;
using Appliance.Agent.Tests.Commands;
using Appliance.Core.Replica;

namespace Appliance.Agent.Tests.Replica.Drbd;

public class DrbdadmTests
{
    /// <summary>What the manuals and forum posts of twenty years tell people to type.</summary>
    [Theory]
    [InlineData("create-md r0", "create-md", "r0", false, false)]
    [InlineData("-- --overwrite-data-of-peer primary r0", "primary", "r0", true, false)]
    [InlineData("primary --force r0", "primary", "r0", true, false)]
    [InlineData("primary r0", "primary", "r0", false, false)]
    [InlineData("secondary all", "secondary", "all", false, false)]
    [InlineData("-- --discard-my-data connect r0", "connect", "r0", false, true)]
    [InlineData("connect --discard-my-data r0", "connect", "r0", false, true)]
    [InlineData("connect -- --discard-my-data r0", "connect", "r0", false, true)]
    [InlineData("status", "status", "all", false, false)]
    [InlineData("state r0", "state", "r0", false, false)]
    public void A_line_is_understood(string line, string verb, string resource, bool force, bool discard) =>
        Assert.Equal(new DrbdadmLine(verb, resource, force, discard), DrbdadmLine.Read(line.Split(' '), out _));

    [Theory]
    [InlineData("", "USAGE")]
    [InlineData("frobnicate r0", "Unknown command 'frobnicate'")]
    [InlineData("primary", "missing argument")]
    [InlineData("primary r0 r1", "one resource at a time")]
    [InlineData("--please primary r0", "unrecognized option '--please'")]
    [InlineData("secondary --force r0", "unrecognized option '--force'")]
    [InlineData("primary --discard-my-data r0", "unrecognized option '--discard-my-data'")]
    public void What_is_not_is_refused_as_drbdadm_would(string line, string words)
    {
        Assert.Null(DrbdadmLine.Read(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), out var problem));
        Assert.Contains(words, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Answers_are_those_of_drbd()
    {
        var status = Status(ConnectionState.Connected);
        Assert.Equal("Primary/Secondary", DrbdAnswers.Of("role", status));
        Assert.Equal("Primary/Secondary", DrbdAnswers.Of("state", status));
        Assert.Equal("Connected", DrbdAnswers.Of("cstate", status));
        Assert.Equal("UpToDate/Inconsistent", DrbdAnswers.Of("dstate", status));
        Assert.Equal(
            "data role:Primary\n  disk:UpToDate\n  peer role:Secondary\n    replication:Established peer-disk:Inconsistent\n",
            DrbdAnswers.Of("status", status));
        Assert.Equal(
            "data role:Primary\n  disk:UpToDate\n  peer connection:Connecting\n",
            DrbdAnswers.Of("status", Status(ConnectionState.WFConnection)));
        Assert.Contains(
            "replication:SyncSource peer-disk:Inconsistent done:75.00",
            DrbdAnswers.Of("status", Status(ConnectionState.SyncSource) with { Progress = new SyncProgress(400, 100, 1, 1, 1, 1) }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_takes_the_line_as_it_is_typed()
    {
        var unknown = CommandLine.Run("drbdadm", "role", "r0", "--socket", "/tmp/metadata-no-such-place/agent.sock");
        Assert.Equal(10, unknown.ExitCode);
        Assert.Contains("'r0' not defined in your config (for this host).", unknown.Error, StringComparison.Ordinal);
        var forced = CommandLine.Run("drbdadm", "--", "--overwrite-data-of-peer", "frobnicate", "r0");
        Assert.Equal(1, forced.ExitCode);
        Assert.Contains("Unknown command 'frobnicate'", forced.Error, StringComparison.Ordinal);
    }

    private static ReplicaStatus Status(ConnectionState connection) => new()
    {
        Name = "data", Node = 0, Connection = connection, Why = "", Role = ReplicaRole.Primary, PeerRole = ReplicaRole.Secondary,
        Disk = DiskState.UpToDate, PeerDisk = DiskState.Inconsistent, Protocol = Protocol.C, Frozen = "", Alone = false,
        PeerOutdated = false, PeerSeen = true, Term = 1, Current = 1, Base = 0, DataBytes = 1, NetSentKiB = 0, NetReceivedKiB = 0,
        DiskWrittenKiB = 0, DiskReadKiB = 0, IntentWrites = 0, BitmapWrites = 0, LocalPending = 0, PeerPending = 0, Unacknowledged = 0,
        FrontPending = 0, OutOfSyncKiB = 0, HotRegions = 0, Progress = null, VerifyDiffered = -1,
    };
}
