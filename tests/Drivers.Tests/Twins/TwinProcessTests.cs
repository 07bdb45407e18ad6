using System.Net;
using Appliance.Core.Configuration;
using Appliance.Core.FoneBridge.Wire;
using Appliance.Core.Lines;
using Appliance.Drivers.FoneBridge;
using Appliance.Drivers.Relay;
using Appliance.Drivers.Tests.Support;

namespace Appliance.Drivers.Tests.Twins;

/// <summary>Every command line of the twins: the process is started, spoken to by the real driver, and ended.</summary>
public sealed class TwinProcessTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly string _folder = Directory.CreateTempSubdirectory("twin-process-").FullName;

    private string Position => Path.Combine(_folder, "position");

    [Fact]
    public void A_bridge_answers_keeps_what_it_is_told_and_says_it_at_its_end()
    {
        using var twin = new TwinProcess("fonebridge", "--listen", "127.0.0.1:0", "--spans", "2", "--build", "35");
        using var link = LinuxBridgeLink.TryOpen(IPEndPoint.Parse(twin.LineAfter("fonebridge on ")), null, out var problem);
        Assert.True(link is not null, problem);
        var info = StaticInfo.Read(Ask(link, BridgeRequest.GetStaticInfo()).AsSpan(BridgeRequest.UdpHeader));
        Assert.Equal((2, 35, false), (info.Spans, info.Build, info.HasClockOrder));
        Ask(link, BridgeRequest.SetDestination(2, new EthernetAddress(0x020000000007)));
        Ask(link, BridgeRequest.StartTransmit());
        var (exitCode, output) = twin.Terminate();
        Assert.Equal(0, exitCode);
        Assert.Contains("> 0115020000000007\n", output, StringComparison.Ordinal);
        Assert.Contains("tx 1 port1 00:00:00:00:00:00 port2 02:00:00:00:00:07 ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lcus", SerialRelayFamily.Lcus, 2, 0)]
    [InlineData("numato", SerialRelayFamily.Numato, 0, 8)]
    [InlineData("tosr", SerialRelayFamily.Tosr, 1, 0)]
    [InlineData("devantech", SerialRelayFamily.Devantech, 2, 0)]
    [InlineData("kmtronic", SerialRelayFamily.Kmtronic, 1, 4)]
    public void A_board_behind_a_terminal_is_switched_unplugged_and_put_back(string word, SerialRelayFamily family, int channel, int relays)
    {
        var port = Path.Combine(_folder, "tty");
        string[] size = relays > 0 ? ["--relays", $"{relays}"] : [];
        using var twin = new TwinProcess(
            ["relay", word, "--pty", port, "--line", $"{channel}", "--position", Position, "--quiet", .. size]);
        Assert.Equal(port, twin.LineAfter($"{word} at "));
        using var relay = RelayFactory.Open(new RelayDeviceConfig.Serial("relay", family, port, [channel], 9600, relays)
            { Node = 0, Dwell = TimeSpan.Zero, Deadline = Patience });
        Done(relay.Set(LinePosition.A, default), LinePosition.A);
        Assert.Equal("A\n", File.ReadAllText(Position));
        Done(relay.Read(default), LinePosition.A);
        twin.Type("unplug");
        Eventually.Holds(() => File.ReadAllText(Position) == "B\n", "without power the line is at B", seconds: 30);
        Assert.False(relay.Read(default).IsDone);
        twin.Type("plug");
        Eventually.Holds(() => relay.Read(default).IsDone, "it is used again when it is back", seconds: 30);
        Assert.Equal("A\n", File.ReadAllText(Position));
        Assert.Equal(0, twin.Terminate().ExitCode);
    }

    [Fact]
    public void A_box_on_the_network_is_switched_with_a_login()
    {
        var password = Path.Combine(_folder, "password");
        File.WriteAllText(password, "secret\n");
        using var twin = new TwinProcess("berofos", "--listen", "127.0.0.1:0", "--gbl", "0", "--login", "digest", "--password", "secret",
            "--scenario", "1", "--position", Position);
        var place = IPEndPoint.Parse(twin.LineAfter("berofos on ").Split(',')[0]);
        using var relay = RelayFactory.Open(new RelayDeviceConfig.Berofos("fos", $"{place.Address}", place.Port, "admin", password, 1)
            { Node = 0, Dwell = TimeSpan.Zero, Deadline = Patience });
        Done(relay.Set(LinePosition.A, default), LinePosition.A);
        Assert.Equal("A\n", File.ReadAllText(Position));
        Done(relay.Set(LinePosition.B, default), LinePosition.B);
        Assert.Equal("B\n", File.ReadAllText(Position));
        Assert.Equal(0, twin.Terminate().ExitCode);
    }

    [Fact]
    public void A_stand_in_for_the_rhinos_program_is_called_as_that_one_is()
    {
        var device = Path.Combine(_folder, "ttyUSB0");
        Assert.Equal((1, $"cannot open {device}\n"), Rhino(device, "RELAYON", "0"));
        File.WriteAllText(device, "");
        Assert.Equal((0, ""), Rhino(device, "RELAYON", "0"));
        Assert.Equal("A\n", File.ReadAllText(Position));
        Assert.Equal((0, ""), Rhino(device, "RELAYOFF", "0"));
        Assert.Equal("B\n", File.ReadAllText(Position));
        Assert.Equal(0, Rhino(device, "RELAYON", "0").ExitCode);
        Assert.Equal((0, ""), Rhino(device, "RESET"));
        Assert.Equal("B\n", File.ReadAllText(Position));
        Assert.Equal(2, Rhino(device, "RELAYON", "1").ExitCode);
    }

    [Theory]
    [InlineData("fonebridge", "--listen ADDRESS:PORT is missing")]
    [InlineData("fonebridge --listen 127.0.0.1:0 --fault nothing", "--fault")]
    [InlineData("relay nosuch --pty /tmp/x", "the family is one of lcus")]
    [InlineData("berofos --listen 127.0.0.1:0 --scenario 2", "--scenario")]
    [InlineData("nothing", "usage: ")]
    public void A_line_that_is_not_understood_is_refused_with_the_usage(string line, string words)
    {
        using var twin = new TwinProcess(line.Split(' '));
        var (exitCode, output) = twin.End();
        Assert.Equal(2, exitCode);
        Assert.Contains(words, output, StringComparison.Ordinal);
        Assert.Contains("usage: appliance-twins", output, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private (int ExitCode, string Output) Rhino(params string[] words)
    {
        using var twin = new TwinProcess(["rhinofailover", "--position", Position, .. words]);
        return twin.End();
    }

    private static void Done(RelayAnswer answer, LinePosition position)
    {
        Assert.True(answer.IsDone, answer.Words);
        Assert.Equal(position, answer.Position);
    }

    private static byte[] Ask(LinuxBridgeLink link, BridgeRequest request)
    {
        Assert.Equal("", link.Send(request.ToUdp()));
        var arrival = link.Receive(Patience);
        Assert.True(arrival.Datagram is not null, arrival.Problem);
        return arrival.Datagram;
    }
}
