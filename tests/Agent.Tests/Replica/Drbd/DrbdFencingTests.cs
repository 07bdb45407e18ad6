using Appliance.Agent.Replica.Control;
using Appliance.Agent.Replica.Drbd;
using Appliance.Core.Replica;
using Appliance.Core.Wire;
using Appliance.Drivers.Drbd;

namespace Appliance.Agent.Tests.Replica.Drbd;

/// <summary>DRBD's question whether the peer is harmless, its file, and the secret in it.</summary>
public sealed class DrbdFencingTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private readonly string _folder = Directory.CreateTempSubdirectory("drbd-fencing").FullName;
    private readonly SimulatedDrbd _drbd = new("data");
    private readonly DrbdProcess _process;

    public DrbdFencingTests()
    {
        _process = new DrbdProcess(
            new DrbdProcessOptions("data", 0, Protocol.C, _folder + "/sock"), _drbd, new DrbdDevice(_folder + "/data", "/dev/drbd0"))
        {
            File = Resource("secret"),
            Folder = _folder,
        };
        _drbd.Up();
    }

    public void Dispose()
    {
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_primary_that_lost_its_peer_asks_until_the_agent_answers()
    {
        LosePeer();
        var handler = Task.Run(() => _process.Execute(DrbdFencing.Order, null));
        await Until(() => Watch().AskFence);
        Assert.False(handler.IsCompleted);
        _process.Execute(ReplicaOrderNames.PeerFenced, new ReplicaArguments(Outdated: true));
        Assert.True((await handler.WaitAsync(Long)).Ok);
        Assert.False(Watch().AskFence);

        // The word is good for this loss only.
        _process.Execute(ReplicaOrderNames.Connect, null);
        Assert.False(Watch().Alone);
        LosePeer();
        Assert.Equal(DrbdFencing.StillWaiting, new DrbdFencing().Ask(_drbd.Now, TimeSpan.Zero));
        handler = Task.Run(() => _process.Execute(DrbdFencing.Order, null));
        await Until(() => Watch().AskFence);
        _process.Execute(ReplicaOrderNames.PeerDead, null);
        Assert.True((await handler.WaitAsync(Long)).Ok);
    }

    [Fact]
    public void A_promotion_does_not_wait_and_needs_somebody_who_vouches()
    {
        Assert.Contains("nobody has vouched", _process.Execute(DrbdFencing.Order, null).Error, StringComparison.Ordinal);
        _process.Execute(ReplicaOrderNames.Primary, new ReplicaArguments(Term: 3, PeerIsHarmless: true)); // The twin refuses; DRBD asks.
        Assert.True(_process.Execute(DrbdFencing.Order, null).Ok);
    }

    [Fact]
    public void A_connected_peer_is_not_called_harmless()
    {
        _process.Execute(ReplicaOrderNames.PeerDead, null);
        _drbd.Order(new ReplicaOrder.Connect(false));
        Assert.Contains("connected", _process.Execute(DrbdFencing.Order, null).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_follows_the_configuration_and_a_persons_file_is_kept()
    {
        var path = _folder + "/data.res";
        var told = new List<string>();
        _process.Begin(told.Add);
        Assert.Equal((1, Resource("secret").Text()), (_drbd.Adjusted, File.ReadAllText(path)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path)); // It has the secret.
        _process.Begin(told.Add);
        Assert.Equal(1, _drbd.Adjusted); // Nothing new: a connection that a person has cut stays cut.
        Assert.Null(DrbdCreation.Write(Resource("other"), _folder, force: false, out var changed));
        Assert.True(changed);
        Assert.Empty(told);
        File.WriteAllText(path, "resource data { }");
        _process.Begin(told.Add);
        Assert.Contains("written by somebody else", Assert.Single(told), StringComparison.Ordinal);
        Assert.Equal((1, "resource data { }"), (_drbd.Adjusted, File.ReadAllText(path)));
    }

    [Fact]
    public void The_secret_is_the_same_on_both_nodes_fits_DRBD_and_is_another_one_for_each_replica_and_key()
    {
        static KeySet Keys(byte first) => new([new Key(1, [.. Enumerable.Repeat(first, 32)])]);
        var secret = DrbdSecret.Of(Keys(7), "office", "data");
        Assert.Equal(secret, DrbdSecret.Of(Keys(7), "office", "data"));
        Assert.Matches("^[0-9a-f]{48}$", secret);
        Assert.Equal(4, new HashSet<string>
        {
            secret, DrbdSecret.Of(Keys(8), "office", "data"), DrbdSecret.Of(Keys(7), "office", "data2"),
            DrbdSecret.Of(Keys(7), "home", "data"),
        }.Count);
    }

    private void LosePeer()
    {
        _process.Execute(ReplicaOrderNames.Primary, new ReplicaArguments(Force: true));
        _drbd.Now = _drbd.Now with
        {
            Connection = ConnectionState.WFConnection, PeerRole = ReplicaRole.Unknown, PeerDisk = DiskState.DUnknown, Suspended = true,
        };
    }

    private ReplicaWatch Watch() => TurnedDrbd.Watch(_process);

    private static async Task Until(Func<bool> condition)
    {
        for (var end = Environment.TickCount64 + (long)Long.TotalMilliseconds; !condition(); await Task.Delay(10))
            Assert.True(Environment.TickCount64 < end);
    }

    private static DrbdResource Resource(string secret) => new(
        8, "data", 0, "/dev/vdb", "", [new DrbdSide("a", "10.1.1.1", 7789), new DrbdSide("b", "10.1.1.2", 7789)],
        new ReplicaConfig("data", 0, ["a", "b"], Protocol.C, 4 << 20, 110 << 20), secret, "/usr/bin/appliance replica fence-peer data");
}
