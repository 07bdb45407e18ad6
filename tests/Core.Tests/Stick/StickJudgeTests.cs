using System.Text;
using Appliance.Core.Stick;
using Appliance.Core.Tests.ConfigurationTests;
using Appliance.Core.Wire;

namespace Appliance.Core.Tests.StickTests;

public sealed class StickJudgeTests
{
    private static string Changed => Config.Minimal.Replace("deadtime = \"600ms\"", "deadtime = \"700ms\"", StringComparison.Ordinal);

    [Fact]
    public void A_node_without_a_configuration_takes_a_stick_with_or_without_proof()
    {
        var with = Taken(StickJudge.Decide(Sticks.Signed(Sticks.Plain()), Sticks.Fresh));
        Assert.Equal("pbx-a", with.Node);
        Assert.Equal(1000, with.Mark.Serial);
        Assert.Empty(with.Notes);
        Assert.DoesNotContain(with.Files, file => file.Name == StickNames.Proof);
        var without = Taken(StickJudge.Decide(Sticks.Plain(), Sticks.Fresh));
        Assert.Contains(without.Notes, note => note.Contains("nothing says that it is whole", StringComparison.Ordinal));
        Assert.Equal(with.Files.Select(file => file.Name).Order(), without.Files.Select(file => file.Name).Order());
    }

    [Fact]
    public void The_name_comes_from_the_stick_else_from_the_host()
    {
        var files = Sticks.Plain().Where(file => file.Name != StickNames.Node).ToList();
        Assert.Equal("pbx-b", Taken(StickJudge.Decide(files, new StickStanding(false, "pbx-b"))).Node);
        Refused(StickJudge.Decide(files, Sticks.Fresh), "this machine is debian and there is no file node");
        Refused(StickJudge.Decide(Sticks.Plain("pbx-c"), Sticks.Fresh), "node says pbx-c, but the nodes");
        Refused(StickJudge.Decide(Sticks.Plain("../x"), Sticks.Fresh), "expected the name of this node");
    }

    [Theory]
    [InlineData(StickNames.Config, "appliance.toml is missing")]
    [InlineData(StickNames.Key, "cluster.key is missing")]
    public void What_is_missing_is_said(string name, string words) =>
        Refused(StickJudge.Decide([.. Sticks.Plain().Where(file => file.Name != name)], Sticks.Fresh), words);

    [Fact]
    public void Every_problem_is_told_at_once_with_line_and_column()
    {
        var files = new List<StickFile>
        {
            Sticks.File(StickNames.Config, Config.Minimal.Replace("deadtime", "deadtme", StringComparison.Ordinal)),
            Sticks.File(StickNames.Key, "1 md5 00\n"), Sticks.File(StickNames.Node, "pbx-a"),
            Sticks.File(StickNames.SshKeys, "hello\n"), Sticks.File(StickNames.Proof, "x"),
        };
        var problems = Refused(StickJudge.Decide(files, Sticks.Fresh), "deadtme");
        Assert.Contains(problems, problem => problem.StartsWith("appliance.toml:15:1: error: heartbeat.deadtme", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.StartsWith("cluster.key:1:1", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.StartsWith("ssh/authorized_keys:1:", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.StartsWith("proof is no proof", StringComparison.Ordinal));
    }

    [Fact]
    public void A_key_that_would_go_to_the_wrong_place_is_refused() =>
        Refused(StickJudge.Decide(Sticks.Plain(toml: Config.Minimal.Replace(
            "/etc/appliance/cluster.key", "/etc/other.key", StringComparison.Ordinal)), Sticks.Fresh), "leave the line out");

    [Fact]
    public void A_configured_node_takes_a_newer_signed_stick_and_no_older_one()
    {
        var files = Sticks.Plain(toml: Changed);
        Assert.Equal(1001, Taken(StickJudge.Decide(Sticks.Signed(files, 1001), Sticks.Running(new StickMark(1000, "x")))).Mark.Serial);
        Taken(StickJudge.Decide(Sticks.Signed(files, 1), Sticks.Running()));
        foreach (var serial in new[] { 1000, 999 })
            Assert.Contains("an old stick does not bring back old settings",
                Unproven(StickJudge.Decide(Sticks.Signed(files, serial), Sticks.Running(new StickMark(1000, "x")))).Because,
                StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_contents_again_are_nothing_new_whatever_proves_them()
    {
        var files = Sticks.Plain();
        var mark = Taken(StickJudge.Decide(Sticks.Signed(files), Sticks.Fresh)).Mark;
        Assert.IsType<StickVerdict.Known>(StickJudge.Decide(Sticks.Signed(files), Sticks.Running(mark)));
        Assert.IsType<StickVerdict.Known>(StickJudge.Decide(files, Sticks.Running(mark)));
        Taken(StickJudge.Decide(Sticks.Signed(Sticks.Plain(toml: Changed), 2000), Sticks.Running(mark)));
    }

    [Fact]
    public void Without_proof_only_the_button_helps_and_its_mark_is_now()
    {
        var files = Sticks.Plain(toml: Changed);
        foreach (var stick in new[]
        {
            files, Sticks.Signed(files, 2000, Sticks.Other), Sticks.Signed(files, 2000, Sticks.Secret with { Id = 9 }),
        })
        {
            var unproven = Unproven(StickJudge.Decide(stick, Sticks.Running(new StickMark(1000, "x"))));
            Assert.Equal(5000, unproven.IfHeld.Mark.Serial);
            Assert.Contains(unproven.IfHeld.Notes, note =>
                note.StartsWith("taken because the front button was held", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_node_whose_own_key_cannot_be_read_believes_no_proof() =>
        Assert.Contains("cannot be read", Unproven(StickJudge.Decide(
            Sticks.Signed(Sticks.Plain(), 9000), new StickStanding(true, "pbx-a"))).Because, StringComparison.Ordinal);

    [Fact]
    public void A_stick_of_another_cluster_or_node_is_refused_also_with_the_right_key()
    {
        var other = Sticks.Plain(toml: Config.Minimal.Replace("site42", "site43", StringComparison.Ordinal));
        Refused(StickJudge.Decide(Sticks.Signed(other, 9000, cluster: "site43"), Sticks.Running()), "this node belongs to site42");
        Refused(StickJudge.Decide(Sticks.Signed(Sticks.Plain("pbx-b"), 9000), Sticks.Running()), "the other stick belongs here");
        Assert.Contains("for cluster site43",
            Unproven(StickJudge.Decide(Sticks.Signed(Sticks.Plain(toml: Changed), 9000, cluster: "site43"), Sticks.Running())).Because,
            StringComparison.Ordinal);
    }

    /// <summary>Each byte of each file, each file gone, and a file more: the proof fits none of them.</summary>
    [Fact]
    public void A_proof_fits_exactly_what_was_signed()
    {
        var signed = Sticks.Signed(Sticks.Plain(), 2000);
        foreach (var target in signed.Where(file => file.Name != StickNames.Proof))
        {
            var step = Math.Max(1, target.Bytes.Length / 40);
            for (var at = 0; at < target.Bytes.Length; at += step)
            {
                var bytes = target.Bytes.ToArray();
                bytes[at] ^= 1;
                NotTaken(signed.Select(file => file == target ? file with { Bytes = bytes } : file));
            }

            NotTaken(signed.Where(file => file != target));
        }

        NotTaken(signed.Append(Sticks.File("licence/extra", "x")));
    }

    [Fact]
    public void A_proof_that_was_changed_anywhere_is_none()
    {
        var signed = Sticks.Signed(Sticks.Plain(), 2000);
        var proof = signed.Single(file => file.Name == StickNames.Proof);
        for (var at = 0; at < proof.Bytes.Length; at++)
        {
            var bytes = proof.Bytes.ToArray();
            bytes[at] ^= 1;
            NotTaken(signed.Select(file => file == proof ? file with { Bytes = bytes } : file));
            NotTaken(signed.Select(file => file == proof ? file with { Bytes = proof.Bytes[..at] } : file));
        }
    }

    /// <summary>A stick that is cut off at any byte of any file is never taken as if it were whole.</summary>
    [Fact]
    public void A_file_that_ends_early_is_noticed_on_a_fresh_node()
    {
        var signed = Sticks.Signed(Sticks.Plain());
        foreach (var target in signed)
            for (var length = 0; length < target.Bytes.Length; length++)
                Assert.IsType<StickVerdict.Refused>(StickJudge.Decide(
                    [.. signed.Select(file => file == target ? file with { Bytes = target.Bytes[..length] } : file)], Sticks.Fresh));
    }

    [Fact]
    public void Random_bytes_end_in_a_sentence_and_never_in_an_exception()
    {
        var random = new Random(42);
        for (var round = 0; round < 3000; round++)
        {
            var files = new List<StickFile>();
            foreach (var name in new[] { StickNames.Config, StickNames.Key, StickNames.Node, StickNames.SshKeys, StickNames.Proof })
            {
                if (random.Next(4) == 0) continue;
                var bytes = new byte[random.Next(200)];
                random.NextBytes(bytes);
                if (random.Next(2) == 0) for (var at = 0; at < bytes.Length; at++) bytes[at] = (byte)(32 + bytes[at] % 95);
                files.Add(new StickFile(name, bytes));
            }

            Assert.IsType<StickVerdict.Refused>(StickJudge.Decide(files, Sticks.Fresh));
            Assert.IsType<StickVerdict.Refused>(StickJudge.Decide(files, Sticks.Running()));
        }
    }

    [Fact]
    public void A_mark_reads_back_and_garbage_is_none()
    {
        var mark = new StickMark(17, "abc");
        Assert.Equal(mark, StickMark.Read(Encoding.ASCII.GetBytes(mark.Write())));
        foreach (var text in new[]
            { "", "x", mark.Write()[..^2], mark.Write() + "\n", mark.Write().Replace("17", "-1", StringComparison.Ordinal) })
            Assert.Null(StickMark.Read(Encoding.ASCII.GetBytes(text)));
    }

    [Theory]
    [InlineData("g729.lic", true)]
    [InlineData("..", false)]
    [InlineData(".hidden", false)]
    [InlineData("a/b", false)]
    [InlineData("a b", false)]
    [InlineData("ä", false)]
    [InlineData("", false)]
    public void A_licence_has_a_plain_name(string name, bool isPlain) => Assert.Equal(isPlain, StickNames.IsLicence(name));

    private static void NotTaken(IEnumerable<StickFile> files) =>
        Assert.False(StickJudge.Decide([.. files], Sticks.Running()) is StickVerdict.Taken);

    private static StickVerdict.Taken Taken(StickVerdict verdict)
    {
        Assert.True(verdict is StickVerdict.Taken,
            verdict is StickVerdict.Refused refused ? string.Join('\n', refused.Problems) : $"{verdict}");
        return (StickVerdict.Taken)verdict;
    }

    private static StickVerdict.Unproven Unproven(StickVerdict verdict) => Assert.IsType<StickVerdict.Unproven>(verdict);

    private static IReadOnlyList<string> Refused(StickVerdict verdict, string words)
    {
        var refused = Assert.IsType<StickVerdict.Refused>(verdict);
        Assert.Contains(refused.Problems, problem => problem.Contains(words, StringComparison.Ordinal));
        return refused.Problems;
    }
}
