using System.Text;
using Appliance.Agent.Journal;
using Appliance.Core.Cluster;

namespace Appliance.Agent.Tests.Journal;

public class JournalLineTests
{
    [Fact]
    public void A_role_change_is_one_line_of_keys_and_values() =>
        Assert.Equal(
            "<5>kind=role group=pbx from=Passive to=Activating term=7 text=\"pbx-b is dead: silent on all links for 600 ms\"",
            JournalLine.Of(new Report(
                ReportKind.Role, "pbx-b is dead: silent on all links for 600 ms", "pbx", null, "Passive", "Activating", 7)));

    [Theory]
    [InlineData(ReportKind.Fence, null, 2)]
    [InlineData(ReportKind.Alarm, null, 3)]
    [InlineData(ReportKind.Resource, "Failed", 3)]
    [InlineData(ReportKind.Link, "Down", 4)]
    [InlineData(ReportKind.Peer, "Dead", 4)]
    [InlineData(ReportKind.Role, "Active", 5)]
    [InlineData(ReportKind.Evidence, null, 6)]
    public void The_prefix_is_the_priority(ReportKind kind, string? to, int priority) =>
        Assert.StartsWith($"<{priority}>kind=", JournalLine.Of(new Report(kind, "x", To: to)), StringComparison.Ordinal);

    [Theory]
    [InlineData("a\n<0>kind=fence text=forged", "\"a\\n<0>kind=fence text=forged\"")]
    [InlineData("a\r\nb", "\"a\\u000d\\nb\"")]
    [InlineData("say \"x\" to=Active", "\"say \\\"x\\\" to=Active\"")]
    [InlineData("back\\slash", "\"back\\\\slash\"")]
    [InlineData("\u001b[2J", "\"\\u001b[2J\"")]
    [InlineData("\u0085\u2028\u2029", "\"\\u0085\\u2028\\u2029\"")]
    [InlineData("\u202eevil", "\"\\u202eevil\"")]
    [InlineData("\0", "\"\\u0000\"")]
    [InlineData("", "\"\"")]
    [InlineData("Müller läutet", "\"Müller läutet\"")]
    [InlineData("plain-1.2:3/4_5@6%+", "plain-1.2:3/4_5@6%+")]
    public void Hostile_text_stays_inside_its_value(string text, string quoted) =>
        Assert.Equal($"<3>kind=alarm text={quoted}", JournalLine.Of(new Report(ReportKind.Alarm, text)));

    [Fact]
    public void Lone_surrogates_become_escapes() =>
        Assert.Equal("<3>kind=alarm text=\"\\ud800\"", JournalLine.Of(new Report(ReportKind.Alarm, new string('\ud800', 1))));

    [Fact]
    public void Hostile_names_cannot_forge_fields() =>
        Assert.Equal(
            "<5>kind=resource group=\"pbx to=Active\" resource=\"x\\n<0>y\" text=t",
            JournalLine.Of(new Report(ReportKind.Resource, "t", "pbx to=Active", "x\n<0>y")));

    [Fact]
    public void Endless_text_is_cut_and_counted()
    {
        var line = JournalLine.Of(new Report(ReportKind.Alarm, new string('x', 100_000)));
        Assert.True(line.Length < 2200);
        Assert.EndsWith("... (97952 more)\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_text_gives_one_line_that_reads_back()
    {
        var random = new Random(7);
        for (var round = 0; round < 5000; round++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(40)).Select(_ => (char)random.Next(0x10000))]);
            var line = JournalLine.Of(new Report(ReportKind.Role, text));
            Assert.DoesNotContain(line, char.IsControl);
            Assert.Equal(text, ReadBack(line));
        }
    }

    /// <summary>The reader a log tool would write: the value of text=.</summary>
    private static string ReadBack(string line)
    {
        var value = line[(line.IndexOf("text=", StringComparison.Ordinal) + 5)..];
        if (!value.StartsWith('"')) return value;
        var text = new StringBuilder();
        for (var i = 1; i < value.Length - 1; i++)
        {
            if (value[i] != '\\') text.Append(value[i]);
            else if (value[++i] == 'u')
            {
                text.Append((char)Convert.ToInt32(value.Substring(i + 1, 4), 16));
                i += 4;
            }
            else text.Append(value[i] switch { 'n' => '\n', 't' => '\t', var other => other });
        }

        return text.ToString();
    }

    [Fact]
    public void The_writer_writes_whole_lines_in_order()
    {
        using var output = new MemoryStream();
        using (var journal = new JournalWriter(output))
            for (var i = 0; i < 500; i++) journal.Tell(new Report(ReportKind.Peer, $"line-{i}"));
        var lines = Encoding.UTF8.GetString(output.ToArray()).TrimEnd('\n').Split('\n');
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"<5>kind=peer text=line-{i}"), lines);
    }

    [Fact]
    public void A_journal_that_hangs_delays_nobody_and_the_loss_is_counted()
    {
        using var output = new HangingStream();
        using var journal = new JournalWriter(output);
        journal.Say(JournalPriority.Notice, "first");
        Assert.True(output.Entered.Wait(5000));
        var began = Environment.TickCount64;
        for (var i = 0; i < 5000; i++) journal.Tell(new Report(ReportKind.Peer, $"line-{i}"));
        Assert.True(Environment.TickCount64 - began < 1000);
        output.Go.Set();
        journal.Dispose();
        Assert.Contains("text=\"3976 journal lines were dropped: the journal did not take them\"", output.Text, StringComparison.Ordinal);
    }

    private sealed class HangingStream : MemoryStream
    {
        public ManualResetEventSlim Entered { get; } = new();

        public ManualResetEventSlim Go { get; } = new();

        public string Text => Encoding.UTF8.GetString(ToArray());

        public override void Write(byte[] buffer, int offset, int count)
        {
            Entered.Set();
            Go.Wait();
            base.Write(buffer, offset, count);
        }
    }
}
