using System.Net;
using Appliance.Agent.Clock;
using Appliance.Agent.Tests.Heartbeat;
using Appliance.Agent.Witness;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using static Appliance.Agent.Tests.Heartbeat.Speaker;

namespace Appliance.Agent.Tests.Witness;

[Collection("heartbeat")]
public class WitnessProcessTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("witness-").FullName;

    [Fact]
    public void Nodes_hear_the_witness_and_get_its_vote_when_the_other_is_gone()
    {
        var options = new WitnessOptions(
            "", "test", new IPEndPoint(IPAddress.Loopback, 47131), _folder, TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(50));
        var file = new WitnessFile(_folder);
        var voice = new WitnessVoice(
            options, Keys(), WitnessMemory.Nothing with { Incarnation = 1 }, file.Write, (_, _) => { }, BootClock.Now);
        using var loop = new WitnessLoop(options, voice, (_, _) => { });
        var thread = new Thread(loop.Run);
        thread.Start();
        var config = Config(50, Loopback(47130)) with { Witness = new WitnessConfig("127.0.0.1", 47131) };
        using (var left = new Speaker(config, 0).Start())
        {
            using var right = new Speaker(config, 1).Start();
            Publish(left, Role.Active, new Vote(1, 0));
            Publish(right, Role.Passive, new Vote(1, 0));
            Assert.True(Within(4000, () => VoteHeard(right) == new Vote(1, 0)));
            Assert.Contains(right.Heard.OfType<Event.WitnessHeard>(), heard => heard.Fresh && heard.Heartbeat.LinksHeard == 0b11);
            Publish(right, Role.Passive, new Vote(2, 1));
            Thread.Sleep(800);
            Assert.Equal(new Vote(1, 0), VoteHeard(right));
            left.Dispose();
            Assert.True(Within(4000, () => VoteHeard(right) == new Vote(2, 1)));
        }

        loop.End();
        thread.Join();
        Assert.Equal(new Vote(2, 1), file.Read(out _)!.Votes[0]);
    }

    [Fact]
    public void Damaged_memory_is_refused_and_the_words_say_what_to_do()
    {
        var file = new WitnessFile(_folder);
        Assert.Null(file.Write(WitnessMemory.Nothing));
        File.WriteAllText(file.Path, File.ReadAllText(file.Path).Replace("term 0", "term 9", StringComparison.Ordinal));
        Assert.Null(file.Read(out var problem));
        Assert.Contains("remove the file and start the witness again", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Witness_does_not_start_with_a_damaged_memory_or_an_open_key_file()
    {
        var keys = Path.Combine(_folder, "keys");
        File.WriteAllText(keys, $"1 hmac-sha256 {new string('a', 64)}\n");
        File.SetUnixFileMode(keys, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        var options = new WitnessOptions(
            keys, "test", new IPEndPoint(IPAddress.Loopback, 47132), _folder, TimeSpan.FromMilliseconds(300),
                TimeSpan.FromMilliseconds(50));
        Assert.Equal(ExitCode.Unusable, WitnessProcess.Run(options));
        File.SetUnixFileMode(keys, UnixFileMode.UserRead);
        File.WriteAllText(new WitnessFile(_folder).Path, "nonsense");
        Assert.Equal(ExitCode.Unusable, WitnessProcess.Run(options));
    }

    [Theory]
    [InlineData("witness", 2)]
    [InlineData("witness --cluster x --listen nowhere:1", 2)]
    [InlineData("witness --cluster x --listen 127.0.0.1", 2)]
    [InlineData("witness --cluster x --listen 127.0.0.1:1 --deadtime 5", 2)]
    [InlineData("witness --cluster x --listen 127.0.0.1:1 --key-file /nothing/here", 3)]
    public void Wrong_usage_is_told(string line, int code) =>
        Assert.Equal(
            code, Appliance.Agent.Commands.CommandTree.Run(Appliance.Agent.Commands.CommandTree.Create(_ => ExitCode.Ok), line.Split(' ')));

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private static Vote? VoteHeard(Speaker node) => node.Heard.OfType<Event.WitnessHeard>().LastOrDefault()?.Heartbeat.Groups[0].Vote;

    private static void Publish(Speaker node, Role role, Vote vote)
    {
        var facts = Some(0);
        facts.Groups[0] = facts.Groups[0] with { Role = role, Vote = vote };
        node.Facts.Publish(facts);
        node.Thread.SpeakNow();
    }
}
