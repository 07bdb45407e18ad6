using System.Net;
using System.Net.Sockets;
using System.Text;
using Appliance.Core.Configuration;
using Appliance.Core.Layers;
using Appliance.Drivers.Probes;
using Appliance.Drivers.Probes.Asterisk;

namespace Appliance.Drivers.Tests.Probes.Asterisk;

/// <summary>The control socket, and all layers together.</summary>
public sealed class AsteriskProbeTests : IDisposable
{
    private const string Greeting = "pbx-a/18/22.10.1\n";
    private const string Channels = "6 active channels\n1 active call\n90 calls processed\n";
    private const string Tasks = "Processor  Processed   In Queue  Max Depth\npjsip/distributor-01   100   7   9  450 500\n"
        + "pjsip/default-02  5  501  800 450 500\nother/one 1 9999 1\n";

    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"appliance-probe-{Guid.NewGuid():N}.ctl");
    private readonly List<IDisposable> _open = [];

    public void Dispose()
    {
        foreach (var each in _open) each.Dispose();
        File.Delete(_path);
    }

    /// <summary>A control socket that sends this and closes; null: it accepts and says nothing.</summary>
    private void Serve(string? text)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_path));
        listener.Listen(2);
        _open.Add(listener);
        new Thread(() =>
        {
            try
            {
                while (true)
                {
                    var client = listener.Accept();
                    if (text is null) continue;
                    client.Send(Encoding.UTF8.GetBytes(text));
                    _ = client.Receive(new byte[4096]);
                    client.Dispose();
                }
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }) { IsBackground = true }.Start();
    }

    private LayerReport Cli(TimeSpan timeout) => new CliLayer(_path).Ask(timeout);

    private AsteriskProbe Probe(AsteriskLayers layers, int need, IProbe sip, int ami = 1) => new(
        new AsteriskTarget(
            layers, answers => LayerRule.Judge(answers, need), _path,
            new AmiTarget(new IPEndPoint(IPAddress.Loopback, ami), "appliance", "/nonexistent/secret"), 500),
        sip);

    [Fact]
    public void The_control_socket_tells_calls_channels_and_the_longest_queue()
    {
        Serve(Greeting + Channels + Tasks);
        var report = Cli(Long);
        Assert.Equal(LayerState.Answers, report.State);
        Assert.Equal(new AsteriskFacts(1, 6, null, null, 501), report.Facts);
    }

    [Fact]
    public void An_Asterisk_without_PJSIP_has_no_queue()
    {
        Serve(Greeting + Channels);
        Assert.Null(Cli(Long).Facts!.Queued);
    }

    [Theory]
    [InlineData(Greeting, "without an answer to core show channels count")]
    [InlineData(Greeting + "6 active channels\n", "without an answer to core show channels count")]
    [InlineData("hello\n", "greets with \"hello\"")]
    [InlineData(Greeting + "No such command 'core show channels count'\n", "without an answer to core show channels count")]
    public void What_is_no_answer_is_told_in_words(string text, string words)
    {
        Serve(text);
        var report = Cli(Long);
        Assert.Equal(LayerState.Fails, report.State);
        Assert.Contains(words, report.Text, StringComparison.Ordinal);
        Assert.Contains(_path, report.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_control_socket_is_named()
    {
        var report = Cli(Long);
        Assert.Equal(LayerState.Fails, report.State);
        Assert.Contains(_path, report.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_control_socket_that_accepts_and_says_nothing_is_told_in_time()
    {
        Serve(null);
        Assert.Contains("no greeting within 300 ms", Cli(Short).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_control_socket_whose_queue_is_full_because_nobody_accepts_is_told_in_time()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_path));
        listener.Listen(1);
        for (var count = 0; count < 4; count++)
        {
            var filler = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
            _open.Add(filler);
            try
            {
                filler.Connect(new UnixDomainSocketEndPoint(_path));
            }
            catch (SocketException)
            {
                break; // The queue is full.
            }
        }

        Assert.Contains("does not accept a connection within 300 ms", Cli(Short).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pjsip/a  10  3 4", 3)]
    [InlineData("pjsip/a  10  3", 3)]
    [InlineData("pjsip/a  10", null)]
    [InlineData("pjsip/a", null)]
    [InlineData("pjsip/a  x  -1", null)]
    [InlineData("pjsip/a  1  99999999999999", null)]
    [InlineData("other/a  10  3 4", null)]
    [InlineData("", null)]
    public void A_row_of_the_task_processors(string line, int? queued) =>
        Assert.Equal(queued, CliLayer.QueueOf(Encoding.ASCII.GetBytes(line)));

    [Fact]
    public void All_layers_well_is_whole_and_tells_the_calls()
    {
        Serve(Greeting + Channels);
        using var probe = Probe(AsteriskLayers.Cli | AsteriskLayers.Sip, 2, new FakeSip(true));
        var answer = probe.Ask(Long);
        Assert.Equal((true, false, false), (answer.Healthy, answer.Partly, answer.Hung));
        Assert.Contains("1 calls, 6 channels", answer.Text, StringComparison.Ordinal);
        Assert.Equal(["cli", "sip"], answer.Layers.Select(layer => layer.Layer));
    }

    [Fact]
    public void One_of_two_failing_is_told_and_no_miss()
    {
        using var probe = Probe(AsteriskLayers.Cli | AsteriskLayers.Sip, 2, new FakeSip(true));
        var answer = probe.Ask(Long);
        Assert.Equal((true, true, false), (answer.Healthy, answer.Partly, answer.Hung));
        Assert.Contains(_path, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_secret_the_other_two_judge()
    {
        using var probe = Probe(AsteriskLayers.Cli | AsteriskLayers.Ami | AsteriskLayers.Sip, 2, new FakeSip(false));
        var answer = probe.Ask(Long);
        Assert.Equal((false, true), (answer.Healthy, answer.Hung));
        Assert.Equal([LayerState.Fails, LayerState.Unknown, LayerState.Fails], answer.Layers.Select(layer => layer.State));
        Assert.StartsWith("2 of 3 layers fail: ", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Tasks_that_pile_up_are_a_layer_of_their_own_and_without_the_control_socket_they_are_not_known()
    {
        Serve(Greeting + Channels + Tasks);
        using var probe = Probe(AsteriskLayers.Tasks | AsteriskLayers.Sip, 1, new FakeSip(true));
        var full = probe.Ask(Long);
        Assert.False(full.Healthy);
        Assert.Contains("501 tasks wait in one PJSIP task processor; expected at most 500", full.Text, StringComparison.Ordinal);
        File.Delete(_path);
        Assert.True(probe.Ask(Long).Healthy);
    }

    [Fact]
    public void A_layer_that_does_not_come_back_holds_up_none_and_is_not_asked_twice()
    {
        var sip = new FakeSip(true) { Gate = new ManualResetEventSlim() };
        _open.Add(sip.Gate);
        Serve(Greeting + Channels);
        using var probe = Probe(AsteriskLayers.Cli | AsteriskLayers.Sip, 1, sip);
        var until = Deadline.After(Short * 10);
        Assert.Contains("has not come back", probe.Ask(Short).Text, StringComparison.Ordinal);
        Assert.False(probe.Ask(Short).Healthy);
        Assert.True(until.Left > TimeSpan.Zero, $"took {until.Elapsed}");
        Assert.Equal(1, sip.Asked);
        sip.Gate.Set();
        Assert.True(SpinWait.SpinUntil(() => probe.Ask(Short).Healthy, Long));
    }

    private sealed class FakeSip(bool healthy) : IProbe
    {
        private int _asked;

        public ManualResetEventSlim? Gate { get; init; }

        public int Asked => _asked;

        public ProbeAnswer Ask(TimeSpan timeout)
        {
            Interlocked.Increment(ref _asked);
            Gate?.Wait();
            return new ProbeAnswer(healthy, TimeSpan.Zero, healthy ? "SIP 200" : "no SIP answer");
        }

        public void Dispose()
        {
        }
    }
}
