using System.Net;
using System.Text.Json;
using Appliance.Core.FoneBridge.Wire;
using Appliance.Drivers.FoneBridge;

namespace Appliance.Agent.Tests.Commands;

/// <summary><c>appliance fonebridge</c> against the twin.</summary>
public sealed class FoneBridgeCommandTests : IDisposable
{
    private const string Text =
        "[globals]\nfb=127.0.0.1\nserver=02:aa:bb:cc:dd:01\n[span1]\nframing=ccs\nencoding=hdb3\ncrc4\n"
        + "[span2]\nframing=esf\nencoding=ami\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("fonebridge").FullName;
    private readonly SimulatedFoneBridge _bridge = new(new BridgeIdentity());
    private readonly SimulatedBridgeServer _server;

    public FoneBridgeCommandTests()
    {
        _server = new SimulatedBridgeServer(_bridge, new IPEndPoint(IPAddress.Loopback, 0));
        File.WriteAllText(ConfFile, Text);
    }

    private string ConfFile => Path.Combine(_folder, "redfone.conf");

    [Fact]
    public void Configure_then_query_shows_what_was_configured()
    {
        var run = Run("configure", "--config", ConfFile);
        Assert.Equal((0, "the bridge is configured and sends voice\n", ""), (run.ExitCode, run.Output, run.Error));
        run = Run("query");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("span 1     E1 HDB3 CRC4 LBO 00h\nspan 2     T1 ESF AMI LBO 00h\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("00:50:c2:65:d0:03  192.168.1.253", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Query_as_json()
    {
        using var json = JsonDocument.Parse(Run("query", "--json").Output);
        Assert.True(json.RootElement.GetProperty("ok").GetBoolean());
        Assert.Equal(41, json.RootElement.GetProperty("bridge").GetProperty("build").GetInt32());
        Assert.Equal(4, json.RootElement.GetProperty("spans").GetArrayLength());
    }

    [Fact]
    public void Stats_shows_ports_and_lines()
    {
        var run = Run("stats");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("port 2     received 0, sent 0, dropped 0", run.Output, StringComparison.Ordinal);
        Assert.Contains("span 4     code violations 0", run.Output, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(Run("stats", "--json").Output);
        Assert.Equal(4, json.RootElement.GetProperty("lines").GetArrayLength());
    }

    [Fact]
    public void Steer_takes_another_server_and_proves_that_voice_leaves()
    {
        Run("configure", "--config", ConfFile);
        var run = Run("steer", "--config", ConfFile, "--server", "02:00:00:00:00:07", "--verify");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("the bridge sends voice here; verified by the bridge's counter only: it sends, but voice cannot be listened for "
            + "(02:00:00:00:00:07 is no card of this machine)\n", run.Output);
        using var json = JsonDocument.Parse(
            Run("steer", "--config", ConfFile, "--server", "02:00:00:00:00:07", "--verify", "--json").Output);
        Assert.Equal("counter", json.RootElement.GetProperty("evidence").GetString());
        lock (_server.Gate) Assert.Equal("02:00:00:00:00:07", _bridge.Destination(1).ToString());
    }

    [Fact]
    public void Set_ip_writes_the_flash()
    {
        Assert.Equal(0, Run("set-ip", "10.1.2.3", "--port", "2", "--reset").ExitCode);
        lock (_server.Gate) Assert.Equal("10.1.2.3", _bridge.Address.Address(2).ToString());
        Assert.Equal(2, Run("set-ip", "300.1.2.3").ExitCode);
        Assert.Equal(2, Run("set-ip", "224.0.0.1").ExitCode);
        Assert.Equal(2, Run("set-ip", "10.1.2.3", "--port", "3").ExitCode);
    }

    [Fact]
    public void Power_lost_in_the_middle_is_found_by_verifying()
    {
        // Behind the spans, in front of the start of TX: the bridge sends voice but has forgotten its spans.
        lock (_server.Gate) _bridge.Faults.RestartsAfter = 7;
        var run = Run("configure", "--config", ConfFile, "--verify");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("the bridge has other spans than it was told", run.Error, StringComparison.Ordinal);
        Assert.Equal(0, Run("configure", "--config", ConfFile, "--verify").ExitCode);
    }

    [Fact]
    public void Dry_run_prints_the_packets_and_sends_none()
    {
        var run = Run("configure", "--config", ConfFile, "--dry-run");
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("> 0007  # read who it is\n> 0001", run.Output, StringComparison.Ordinal);
        Assert.Contains("> 001502aabbccdd01  # send voice of port 1 to 02:aa:bb:cc:dd:01\n", run.Output, StringComparison.Ordinal);
        lock (_server.Gate) Assert.Equal(0, _bridge.Transmit);
        // The twin's DSP has µ-law, and the first span wants A-law.
        Assert.Equal((int)ExitCode.NeedsReset, Run("configure", "--config", ConfFile, "--dry-run", "--dsp").ExitCode);
        Assert.Equal(2, Run("configure", "--config", ConfFile, "--dsp").ExitCode);
    }

    [Fact]
    public void Print_shows_packets_of_both_directions() =>
        Assert.Contains("\n< 0000322e302e30", Run("query", "--print").Error, StringComparison.Ordinal);

    [Fact]
    public void Faults_of_a_file_are_told_with_their_lines_and_nothing_is_sent()
    {
        File.WriteAllText(ConfFile, Text.Replace("ccs", "CCS", StringComparison.Ordinal));
        var run = Run("configure", "--config", ConfFile);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(
            $"{ConfFile}:5: framing=CCS: expected esf, sf, ccs or cas in lower case, found CCS", run.Error, StringComparison.Ordinal);
        lock (_server.Gate) Assert.Equal(0, _bridge.Transmit);
        Assert.Equal(2, Run("steer", "--config", Path.Combine(_folder, "missing")).ExitCode);
    }

    [Fact]
    public void Convert_prints_the_section_and_the_device_does_what_the_file_did()
    {
        var run = CommandLine.Run("fonebridge", "convert", ConfFile, "--interface", "lo");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("[device.bridge]\ndriver = \"fonebridge\"\naddress = \"127.0.0.1\"\ninterface = \"lo\"\n", run.Output,
            StringComparison.Ordinal);
        Assert.Contains("server=02:aa:bb:cc:dd:01 is not needed", run.Output, StringComparison.Ordinal);
        var toml = Path.Combine(_folder, "appliance.toml");
        File.WriteAllText(toml, File.ReadAllText(RepositoryFiles.PathOf("docs", "appliance.minimal.toml")) + "\n" + run.Output);
        Assert.Equal(0, CommandLine.Run("config", "check", toml).ExitCode);
        // lo has no Ethernet address that voice could be sent to.
        var steer = Run("steer", "--config", toml, "--device", "bridge");
        Assert.Equal((2, "appliance: lo has no Ethernet address\n"), (steer.ExitCode, steer.Error));
        lock (_server.Gate) Assert.Equal(0, _bridge.Transmit);
    }

    [Theory]
    [InlineData("relay", "[device.relay] is a relay, not a bridge")]
    [InlineData("other", "there is no [device.other] in ")]
    public void A_device_that_is_no_bridge_is_told(string device, string words)
    {
        var toml = Path.Combine(_folder, "appliance.toml");
        File.WriteAllText(toml, File.ReadAllText(RepositoryFiles.PathOf("docs", "appliance.minimal.toml"))
            + "\n[device.relay]\ndriver = \"lcus\"\nnode = \"pbx-a\"\nport = \"/dev/ttyUSB0\"\n");
        var run = Run("configure", "--config", toml, "--device", device);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_converted_is_told()
    {
        File.WriteAllText(ConfFile, Text.Replace("127.0.0.1", "bridge.example", StringComparison.Ordinal));
        var run = CommandLine.Run("fonebridge", "convert", ConfFile);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("bridge.example is no numeric IPv4 address", run.Error, StringComparison.Ordinal);
        run = CommandLine.Run("fonebridge", "convert", ConfFile, "--address", "192.168.1.254");
        Assert.Contains("address = \"192.168.1.254\"\n# interface = ", run.Output, StringComparison.Ordinal);
        Assert.Equal(2, CommandLine.Run("fonebridge", "convert", ConfFile, "--name", "a b").ExitCode);
        File.WriteAllText(ConfFile, Text.Replace("encoding=ami", "encoding=hdb3", StringComparison.Ordinal));
        Assert.Contains("[span2] has framing=esf", CommandLine.Run("fonebridge", "convert", ConfFile).Error, StringComparison.Ordinal);
        File.WriteAllText(ConfFile, Text.Replace("ccs", "CCS", StringComparison.Ordinal));
        Assert.Contains($"{ConfFile}:5: ", CommandLine.Run("fonebridge", "convert", ConfFile).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Refusal_is_exit_code_1_and_says_that_voice_is_on()
    {
        lock (_server.Gate) _bridge.Faults.Refused[BridgeCommand.Reconfig] = BridgeStatus.BadParameter;
        var run = Run("configure", "--config", ConfFile);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("appliance: the bridge refused to read the spans' configuration: status 7, bad parameter\n", run.Error);
    }

    [Fact]
    public void Bridge_that_dies_with_voice_stopped_is_exit_code_4()
    {
        lock (_server.Gate) _bridge.Faults.DiesAfter = 2;
        var run = Run("steer", "--config", ConfFile);
        Assert.Equal((int)ExitCode.LinesSilent, run.ExitCode);
        Assert.Contains("the lines are silent until the bridge is configured", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_addresses_and_interfaces_are_refused_in_words()
    {
        var none = CommandLine.Run("fonebridge", "query", "--address", "127.0.0.1:0");
        Assert.Contains("expected ADDRESS", none.Error, StringComparison.Ordinal);
        Assert.Contains("nothing7", Run("query", "--interface", "nothing7").Error, StringComparison.Ordinal);
        var run = CommandLine.Run("fonebridge", "discover", "nothing7");
        Assert.Equal((2, "appliance: there is no interface nothing7"), (run.ExitCode, run.Error.Trim()));
    }

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private CommandLine Run(params string[] arguments) =>
        CommandLine.Run(["fonebridge", .. arguments, "--address", _server.EndPoint.ToString()]);
}
