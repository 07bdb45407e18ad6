using Appliance.Core.Replica;
using Appliance.Drivers.Drbd;

namespace Appliance.Drivers.Tests.Drbd;

public class DrbdStatusTests
{
    private const string Proc = """
        version: 8.4.11 (api:1/proto:86-101)
        srcversion: B438804C5AE8C84C95D0411
         0: cs:SyncSource ro:Primary/Secondary ds:UpToDate/Inconsistent C r-----
            ns:1058304 nr:0 dw:32960 dr:1060489 al:15 bm:0 lo:2 pe:3 ua:4 ap:1 ep:1 wo:f oos:9427420
        	[=>..................] sync'ed: 10.2% (9204/10236)M
        	finish: 0:06:48 speed: 23,064 (22,896) want: 30,720 K/sec

         1: cs:WFConnection ro:Secondary/Unknown ds:Outdated/DUnknown A s-----
            ns:0 nr:0 dw:0 dr:0 al:8 bm:0 lo:0 pe:0 ua:0 ap:0 ep:1 wo:f oos:0
        """;

    private const string Json = """
        [{"name":"data","node-id":0,"role":"Primary","suspended":false,"write-ordering":"flush",
          "devices":[{"volume":0,"minor":3,"disk-state":"UpToDate","client":false,"quorum":true,"size":20970844,"read":21,"written":77,
            "al-writes":5,"bm-writes":6,"upper-pending":1,"lower-pending":2}],
          "connections":[{"peer-node-id":1,"name":"pbx-b","connection-state":"Connected","congested":false,"peer-role":"Secondary",
            "ap-in-flight":0,"rs-in-flight":0,"peer_devices":[{"volume":0,"replication-state":"SyncSource",
              "peer-disk-state":"Inconsistent","peer-client":false,"resync-suspended":"no","received":8,"sent":9,"out-of-sync":1000,
              "pending":3,"unacked":4,"percent-in-sync":95.50,"db/dt [MiB/s]":98.50,"estimated-seconds-to-finish":12}]}]},
         {"name":"other","role":"Secondary","devices":[],"connections":[]}]
        """;

    [Fact]
    public void The_page_of_8_4_is_read()
    {
        var status = ProcDrbdText.Parse(Proc, 0, "r0", out var problem);
        Assert.Equal("", problem);
        Assert.Equal(
            new DrbdStatus(
                "r0", ConnectionState.SyncSource, ReplicaRole.Primary, ReplicaRole.Secondary, DiskState.UpToDate, DiskState.Inconsistent)
            {
                SentKiB = 1058304, WrittenKiB = 32960, ReadKiB = 1060489, ActivityLogWrites = 15, LocalPending = 2, PeerPending = 3,
                Unacknowledged = 4, FrontPending = 1, OutOfSyncKiB = 9427420, DoneFraction = 0.102, KiBPerSecond = 23064, SecondsLeft = 408,
            },
            status);
        var other = ProcDrbdText.Parse(Proc, 1, "r1", out _)!;
        Assert.Equal(
            (ConnectionState.WFConnection, DiskState.Outdated, DiskState.DUnknown, true, (double?)null),
            (other.Connection, other.Disk, other.PeerDisk, other.Suspended, other.DoneFraction));
        Assert.Null(ProcDrbdText.Parse(Proc, 2, "r2", out problem));
        Assert.Contains("no device 2", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_JSON_of_9_is_read()
    {
        var status = DrbdJson.Parse(Json, "data", out var problem);
        Assert.Equal("", problem);
        Assert.Equal(
            new DrbdStatus(
                "data", ConnectionState.SyncSource, ReplicaRole.Primary, ReplicaRole.Secondary, DiskState.UpToDate, DiskState.Inconsistent)
            {
                SizeKiB = 20970844, ReadKiB = 21, WrittenKiB = 77, ActivityLogWrites = 5, BitmapWrites = 6, FrontPending = 1,
                LocalPending = 2, ReceivedKiB = 8, SentKiB = 9, OutOfSyncKiB = 1000, PeerPending = 3, Unacknowledged = 4,
                DoneFraction = 0.955, KiBPerSecond = 100864, SecondsLeft = 12,
            },
            status);
        var other = DrbdJson.Parse(Json, "other", out _)!;
        Assert.Equal((ConnectionState.StandAlone, DiskState.DUnknown), (other.Connection, other.Disk));
        Assert.Null(DrbdJson.Parse(Json, "none", out problem));
        Assert.Contains("no resource none", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_cut_off_or_changed_gives_an_answer()
    {
        for (var length = 0; length < Json.Length; length++)
        {
            var status = DrbdJson.Parse(Json[..length], "data", out var problem);
            Assert.True(status is null && problem.Length > 0);
        }

        for (var length = 0; length < Proc.Length; length++) _ = ProcDrbdText.Parse(Proc[..length], 0, "r0", out _);
        var random = new Random(2);
        for (var round = 0; round < 5_000; round++)
        {
            _ = DrbdJson.Parse(Scramble(Json, random), "data", out _);
            var proc = ProcDrbdText.Parse(Scramble(Proc, random), 0, "r0", out _);
            Assert.True(
                proc is null or { OutOfSyncKiB: >= 0, LocalPending: >= 0, SecondsLeft: >= -1, DoneFraction: null or (>= 0 and <= 1) });
        }

        foreach (var odd in new[] { "", "[]", "{}", "null", "[null]", "[1,2]", "[{\"name\":\"data\",\"devices\":7,\"connections\":{}}]",
            "[{\"name\":\"data\",\"devices\":[null],\"connections\":[[]]}]", new string('[', 1000) })
            _ = DrbdJson.Parse(odd, "data", out _);
    }

    private static string Scramble(string text, Random random)
    {
        var letters = text.ToCharArray();
        for (var change = random.Next(1, 8); change > 0; change--) letters[random.Next(letters.Length)] = (char)random.Next(32, 127);
        return new string(letters);
    }
}
