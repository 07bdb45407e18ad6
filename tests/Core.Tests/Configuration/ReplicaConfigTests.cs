using Appliance.Core.Configuration;
using Appliance.Core.Replica;

namespace Appliance.Core.Tests.ConfigurationTests;

/// <summary><c>[replica.NAME]</c> and the resource that makes it primary.</summary>
public sealed class ReplicaConfigTests
{
    private const string Short = """
        [replica.data]
        disk = "/dev/sdb1"
        address = { pbx-a = "10.1.1.1:7788", pbx-b = "10.1.1.2:7788" }
        """;

    private const string User = """
        [[group.resource]]
        name = "data"
        type = "replica"
        replica = "data"
        [[group.resource]]
        name = "fs"
        type = "mount"
        after = ["data"]
        device = "/dev/appliance/data"
        directory = "/srv/appliance"
        fstype = "ext4"
        """;

    private const string Full = """
        [replica.data]
        disk = "/dev/sdb1"
        device = "/dev/appliance/data"
        protocol = "B"
        address = { pbx-b = "[fd00::2]:7789", pbx-a = "[fd00::1]:7788" }
        resync-rate = { min = "1MB/s", max = "1GiB/s" }
        after-split-brain = { 0pri = "discard-younger-primary", 1pri = "discard-secondary", 2pri = "call-pri-lost-after-sb" }
        metadata = "/dev/sdc1"
        front = "fuse-loop"
        loop = { pbx-a = 7, pbx-b = 8 }
        fencing = "dont-care"
        encryption = true
        on-no-data = "io-error"
        al-extents = 67
        peer-silence = "2s"
        request-timeout = "5s"
        disk-timeout = "30s"
        wait-for-peer = "10m"
        verify-repairs = false
        nbd = "/run/appliance/data.nbd"
        """;

    [Fact]
    public void Three_keys_are_enough()
    {
        var config = Config.Good(Config.Plus($"{User}\n{Short}"));
        var replica = Assert.Single(config.Replicas);
        Assert.Equal(("data", "/dev/sdb1", "/dev/appliance/data", Protocol.C), (
            replica.Name, replica.Disk, replica.Device, replica.Protocol));
        Assert.Equal([new ReplicaAddress("10.1.1.1", 7788), new ReplicaAddress("10.1.1.2", 7788)], replica.Addresses.ToArray());
        Assert.Equal((4L << 20, 110L << 20, TimeSpan.FromMinutes(2)), (replica.ResyncMin, replica.ResyncMax, replica.WaitForPeer));
        Assert.Equal((Fencing.ResourceOnly, OnNoData.SuspendIo, ReplicaFront.Auto, ReplicaBackend.Own), (
            replica.Fencing, replica.OnNoData, replica.Front, replica.Backend));
        Assert.Equal(new AfterSplitBrain(default, default, default), replica.AfterSplitBrain);
        Assert.Equal(new ResourceKind.Replica("data"), config.Groups[0].Resources[3].What);
    }

    [Fact]
    public void Every_key_arrives_at_the_engine_of_its_node()
    {
        var config = Config.Good(Config.Plus($"{User}\n{Full}"));
        var replica = config.Replicas[0];
        Assert.Equal([new ReplicaAddress("fd00::1", 7788), new ReplicaAddress("fd00::2", 7789)], replica.Addresses.ToArray());
        Assert.Equal([7, 8], replica.Loops.ToArray());
        Assert.Equal(("/dev/sdc1", "/run/appliance/data.nbd", true, ReplicaFront.FuseLoop), (
            replica.MetadataPath, replica.NbdSocket, replica.Encryption, replica.Front));
        var engine = replica.For(1, config.Nodes);
        Assert.Equal(("data", 1, "pbx-a pbx-b", Protocol.B), (
            engine.Name, engine.Node, string.Join(' ', engine.NodeNames), engine.Protocol));
        Assert.Equal((1_000_000L, 1L << 30, 67, false), (engine.ResyncMin, engine.ResyncMax, engine.HotRegionsMax, engine.VerifyRepairs));
        Assert.Equal((SplitBrainPolicy.DiscardYoungerPrimary, SplitBrainPolicy.DiscardSecondary, SplitBrainPolicy.CallPriLostAfterSb), (
            engine.AfterSplitBrain0, engine.AfterSplitBrain1, engine.AfterSplitBrain2));
        Assert.Equal((Fencing.DontCare, OnNoData.IoError), (engine.Fencing, engine.OnNoData));
        Assert.Equal((2, 5, 30), (
            engine.PeerSilence.TotalSeconds, engine.RequestTimeout.TotalSeconds, engine.DiskTimeout.TotalSeconds));
        Assert.True(engine.PingInterval * 3 < engine.PeerSilence);
    }

    [Theory]
    [InlineData(Short)]
    [InlineData(Full)]
    [InlineData(Short + "\nbackend = \"drbd\"")]
    public void What_is_shown_reads_back_to_the_same(string replica)
    {
        var config = Config.Good(Config.Plus($"{User}\n{replica}"));
        var again = Config.Good(Config.Read(ConfigText.Write(config)));
        Assert.Equal(ConfigText.Write(config), ConfigText.Write(again));
        Assert.NotEqual(config.Digest, Config.Good(Config.Plus($"{User}\n{replica.Replace("sdb1", "sdb2")}")).Digest);
    }

    [Fact]
    public void One_word_for_split_brain_spares_a_primary_unless_all_agree()
    {
        var replica = Config.Good(Config.Plus($"{User}\n{Short}\nafter-split-brain = \"discard-zero-changes\"")).Replicas[0];
        Assert.Equal(new AfterSplitBrain(SplitBrainPolicy.DiscardZeroChanges, SplitBrainPolicy.Consensus, SplitBrainPolicy.Disconnect),
            replica.AfterSplitBrain);
    }

    [Theory]
    [InlineData("after-split-brain = \"discard-zero-change\"", "after-split-brain", "did you mean \"discard-zero-changes\"?")]
    [InlineData("after-split-brain = { 3pri = \"disconnect\" }", "after-split-brain.3pri", "known here: 0pri, 1pri, 2pri")]
    [InlineData("after-split-brain = { 2pri = \"discard-secondary\" }", "after-split-brain.2pri", "expected \"disconnect\" or")]
    [InlineData("after-split-brain = 1", "after-split-brain", "found the number 1")]
    [InlineData("device = \"/dev/drbd0\"", "device", "expected \"/dev/appliance/data\", or leave the key out")]
    [InlineData("metadata = \"external\"", "metadata", "it is neither")]
    [InlineData("metadata = \"/dev/sdb1\"", "metadata", "is the disk itself")]
    [InlineData("resync-rate = { min = \"2MB/s\", max = \"1MB/s\" }", "resync-rate.max", "is less than min")]
    [InlineData("request-timeout = \"500ms\"", "request-timeout", "less than peer-silence = 1200ms")]
    [InlineData("front = \"ublk\"\nloop = { pbx-a = 1, pbx-b = 1 }", "loop", "only with front = \"fuse-loop\"")]
    [InlineData("loop = { pbx-a = 1 }", "loop", "the entry for node \"pbx-b\" is missing")]
    [InlineData("backend = \"drbd\"\nencryption = true", "encryption", "belongs to backend = \"own\"")]
    [InlineData("al-extents = 6", "al-extents", "from 7 to 32000")]
    [InlineData("disk-timeout = \"11m\"", "disk-timeout", "too long")]
    [InlineData("protokol = \"C\"", "protokol", "did you mean \"protocol\"?")]
    public void Keys_that_cannot_be(string line, string key, string words) =>
        Expect($"{User}\n{Short}\n{line}", $"replica.data.{key}", words);

    [Theory]
    [InlineData("10.1.1.2:7788", "10.1.1.1:7789", "replica.data.address.pbx-b", "both nodes have the address 10.1.1.1")]
    [InlineData("10.1.1.2:7788", "[fd00::2]:7788", "replica.data.address.pbx-b", "different families")]
    [InlineData("10.1.1.2:7788", "192.168.1.245:7788", "replica.data.address.pbx-b", "which moves")]
    [InlineData("pbx-b = \"10.1.1.2:7788\"", "pbx-c = \"10.1.1.2:7788\"", "replica.data.address.pbx-c", "there is no node \"pbx-c\"")]
    [InlineData("10.1.1.2:7788", "10.1.1.2", "replica.data.address.pbx-b", "a numeric address and a port")]
    public void Ends_that_cannot_meet(string old, string address, string keyPath, string words) =>
        Expect($"{User}\n{Short.Replace(old, address)}", keyPath, words);

    [Theory]
    [InlineData("replica = \"data\"", "replica = \"dato\"", "group[pbx].resource[data].replica", "did you mean \"data\"?")]
    [InlineData("device = \"/dev/appliance/data\"", "device = \"/dev/sdb1\"", "group[pbx].resource[fs].device", "would bypass the replica")]
    [InlineData("device = \"/dev/appliance/data\"", "device = \"/dev/appliance/dato\"", "group[pbx].resource[fs].device",
        "no [replica.dato]")]
    [InlineData("after = [\"data\"]", "", "group[pbx].resource[fs].after", "expected after = [\"data\"]")]
    public void Users_that_do_not_fit(string old, string replacement, string keyPath, string words) =>
        Expect($"{User.Replace(old, replacement)}\n{Short}", keyPath, words);

    [Fact]
    public void A_replica_has_one_user_and_a_group_one_replica()
    {
        var second = User.Replace("\"data\"\ntype", "\"data2\"\ntype").Replace("\"fs\"", "\"fs2\"").Replace("/srv/appliance", "/srv/2");
        Expect($"{User}\n{second}\n{Short}", "group[pbx].resource[data2].replica", "already used");
        var two = Short.Replace("replica.data", "replica.more").Replace("sdb1", "sdb2").Replace("7788", "7789");
        Expect($"{User}\n{second.Replace("replica = \"data\"", "replica = \"more\"")}\n{Short}\n{two}", "group[pbx].resource[data2]",
            "expected one replica in a group");
    }

    [Fact]
    public void Two_replicas_share_neither_port_nor_disk()
    {
        var two = Short.Replace("replica.data", "replica.more");
        var group = $"[[group]]\nname = \"second\"\n{User.Replace("\"data\"", "\"more\"").Replace("ce/data", "ce/more")
            .Replace("/srv/appliance", "/srv/2")}";
        Expect($"{User}\n{group}\n{Short}\n{two}", "replica.more.disk", "is already in line");
        Expect($"{User}\n{group}\n{Short}\n{two}", "replica.more.address.pbx-a", "has the same address and port");
        Config.Good(Config.Plus($"{User}\n{group}\n{Short}\n{two.Replace("sdb1", "sdb2").Replace("7788", "7789")}"));
    }

    [Fact]
    public void One_network_for_users_and_replication_is_worth_a_warning()
    {
        var shared = Config.Only(Config.Plus($"{User}\n{Short.Replace("10.1.1.", "192.168.1.")}"));
        Assert.Equal(Severity.Warning, shared.Severity);
        Assert.Contains("share one network and one fault", shared.Message, StringComparison.Ordinal);
        Assert.Contains("nothing makes it primary", Config.Only(Config.Plus(Short)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_replica_whose_process_runs_does_not_change_under_it()
    {
        var running = Config.Good(Config.Plus($"{User}\n{Short}"));
        var other = Config.Good(Config.Plus($"{User}\n{Short}\nprotocol = \"A\""));
        Assert.Null(ConfigChange.Obstacle(running, running, []));
        Assert.Contains("replica data is different", ConfigChange.Obstacle(running, other, []), StringComparison.Ordinal);
        Assert.Contains("replica data is missing", ConfigChange.Obstacle(running, Config.Good(Config.Read(Config.Minimal)), []),
            StringComparison.Ordinal);
        Assert.Null(ConfigChange.Obstacle(Config.Good(Config.Read(Config.Minimal)), running, []));
    }

    private static void Expect(string lines, string keyPath, string words) =>
        Assert.Contains(Config.Plus(lines).Problems, problem =>
            problem.KeyPath == keyPath && problem.Message.Contains(words, StringComparison.Ordinal));
}
