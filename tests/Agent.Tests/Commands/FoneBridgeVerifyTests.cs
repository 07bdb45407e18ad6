using System.Net;
using System.Net.NetworkInformation;
using Appliance.Core.FoneBridge.Wire;
using Appliance.Drivers.FoneBridge;
using Appliance.Drivers.Interop;
using Appliance.Drivers.Tests.Support;

namespace Appliance.Agent.Tests.Commands;

/// <summary><c>--verify</c> by the frames that arrive: a node and the twin's Ethernet port at the two ends of a cable.</summary>
[Trait("Needs", "root")]
public sealed class FoneBridgeVerifyTests : IDisposable
{
    private const string Spans = "[span1]\nframing=ccs\nencoding=hdb3\n[span2]\nframing=esf\n";
    private readonly string _folder = Directory.CreateTempSubdirectory("fonebridge-verify").FullName;
    private readonly TestNetwork _network = new();
    private readonly SimulatedFoneBridge _bridge = new(new BridgeIdentity());
    private readonly SimulatedBridgeServer _server;
    private readonly EthernetAddress _own;
    private SimulatedBridgeWire? _wire;

    public FoneBridgeVerifyTests()
    {
        _network.IpHere("addr add 10.77.0.1/24 dev here0");
        _network.IpThere("addr add 10.77.0.2/24 dev there0");
        _network.IpThere($"link set there0 address {_bridge.Address.Mac}");
        _own = _network.Here(() => EthernetAddress.Read(
            NetworkInterface.GetAllNetworkInterfaces().Single(card => card.Name == "here0").GetPhysicalAddress().GetAddressBytes()));
        _server = _network.There(() => new SimulatedBridgeServer(_bridge, new IPEndPoint(IPAddress.Parse("10.77.0.2"), 1024)));
    }

    [RootFact]
    public void Voice_that_arrives_is_the_proof()
    {
        Speak();
        var run = Run("configure", File($"server={_own}\n"));
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("the bridge is configured and sends voice; verified at here0: 10 frames of 4 spans arrived from 00:50:c2:65:d0:02\n",
            run.Output);
        run = Run("steer", File($"server={_own}\n"), "--json");
        Assert.Contains("\"evidence\": \"frames\"", run.Output, StringComparison.Ordinal);
    }

    [RootFact]
    public void The_device_of_the_configuration_is_steered_to_the_nodes_card()
    {
        Speak();
        var section = CommandLine.Run("fonebridge", "convert", File(""), "--interface", "here0").Output;
        var toml = Path.Combine(_folder, "appliance.toml");
        System.IO.File.WriteAllText(
            toml, System.IO.File.ReadAllText(RepositoryFiles.PathOf("docs", "appliance.minimal.toml")) + "\n" + section);
        var run = _network.Here(() => CommandLine.Run("fonebridge", "steer", "--config", toml, "--device", "bridge", "--verify"));
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("configured and sends voice here; verified at here0: 10 frames", run.Output, StringComparison.Ordinal);
        lock (_server.Gate) Assert.Equal(_own, _bridge.Destination(1));
    }

    [RootFact]
    public void Silence_is_no_proof_though_the_counter_counts()
    {
        // The twin answers and counts, and its voice port has no cable.
        var run = Run("configure", File($"server={_own}\n"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("not verified at here0: no voice arrives from 00:50:c2:65:d0:02", run.Error, StringComparison.Ordinal);
    }

    [RootFact]
    public void Another_port_is_no_proof()
    {
        Speak();
        var run = Run("configure", File($"server={_own}\nport=2\n"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(
            "voice arrives from 00:50:c2:65:d0:02, not from 00:50:c2:65:d0:03: another bridge, or the wrong port", run.Error,
            StringComparison.Ordinal);
    }

    [RootFact]
    public void A_bridge_that_lost_its_spans_is_found_though_voice_arrives()
    {
        Speak();
        lock (_server.Gate) _bridge.Faults.RestartsAfter = 7;
        var run = Run("configure", File($"server={_own}\n"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("the bridge has other spans than it was told", run.Error, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _wire?.Dispose();
        _server.Dispose();
        _network.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Speak() =>
        _wire = _network.There(() => new SimulatedBridgeWire(_bridge, _server.Gate, (int)Libc.if_nametoindex("there0")));

    private string File(string globals)
    {
        var path = Path.Combine(_folder, "redfone.conf");
        System.IO.File.WriteAllText(path, $"[globals]\nfb=10.77.0.2\n{globals}{Spans}");
        return path;
    }

    private CommandLine Run(string command, string file, params string[] more) =>
        _network.Here(() => CommandLine.Run(["fonebridge", command, "--config", file, "--verify", .. more]));
}
