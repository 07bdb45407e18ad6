using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Appliance.Drivers.Fence;

namespace Appliance.Drivers.Tests.Fence;

/// <summary>The contract with Debian's <c>ipmitool</c> and OpenIPMI's simulated controller (<c>ipmi_sim</c>) on the loopback. Not for
/// root's rights, but for the packages that tests/install-needs.sh brings.</summary>
[Trait("Needs", "root")]
public sealed class RealIpmiTests : FenceContract
{
    /// <summary>What the controller runs to look at and switch its chassis.</summary>
    private const string Chassis = """
        case "$1 $2" in
            "get power")
                [ "$fault" != Garbage ] || { echo "power:orange"; exit; }
                [ "$(asked)" = on ] && echo power:1 || echo power:0 ;;
            "set power") if [ "$3" = 0 ]; then order off; else order on; fi ;;
        esac
        """;

    protected override IFenceBench Bench() => new Controller();

    [Fact]
    public void A_wrong_password_is_not_off()
    {
        using var bench = new Controller();
        using var device = bench.With(bench.Stranger);
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        Assert.Equal(FencePower.Unknown, device.Status(bound.Token).Power);
        Assert.True(bench.NodeIsOn);
    }

    private sealed class Controller : IFenceBench
    {
        private readonly ProcessBench _chassis;
        private readonly string _folder = Directory.CreateTempSubdirectory("fence-ipmi-").FullName;
        private readonly Process _simulator;
        private readonly int _port = FreePort();

        public Controller()
        {
            _chassis = new ProcessBench(Chassis, _ => new SimulatedFence());
            File.WriteAllText(Path.Combine(_folder, "lan.conf"), $"""
                name "bmc"
                set_working_mc 0x20
                  startlan 1
                    addr 127.0.0.1 {_port}
                    priv_limit admin
                    allowed_auths_admin none md2 md5 straight
                    guid a123456789abcdefa123456789abcdef
                  endlan
                  chassis_control "{_chassis.Program}"
                  user 2 true "admin" "opensesame" admin 10 none md2 md5 straight

                """);
            File.WriteAllText(Path.Combine(_folder, "sim.emu"), """
                mc_setbmc 0x20
                mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02
                mc_enable 0x20

                """);
            File.WriteAllText(Stranger, "wrong\n");
            File.WriteAllText(Tool, "#!/bin/sh\nexec /usr/bin/ipmitool -C 3 \"$@\"\n");
            File.SetUnixFileMode(Tool, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            var start = new ProcessStartInfo("ipmi_sim",
                ["-c", Path.Combine(_folder, "lan.conf"), "-f", Path.Combine(_folder, "sim.emu"), "-s", _folder, "-n"])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            };
            _simulator = Process.Start(start)!;
            using var device = Open();
            var clock = Stopwatch.StartNew();
            while (device.Status(default).Power != FencePower.On)
                Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60) && !_simulator.HasExited, "ipmi_sim does not answer");
        }

        public string Stranger => Path.Combine(_folder, "stranger");

        public bool NodeIsOn => _chassis.NodeIsOn;

        public IFenceDevice Open() => With(_chassis.Secret);

        public IFenceDevice With(string secret) =>
            new IpmiFence(new IpmiAddress("127.0.0.1", _port, "admin", secret, "lanplus", Tool));

        /// <summary>The real one; the simulator does not say which ciphers it knows, and waiting for that takes seconds a call.</summary>
        private string Tool => Path.Combine(_folder, "ipmitool");

        public void Break(FenceFault fault) => _chassis.Break(fault);

        public void Dispose()
        {
            _simulator.Kill(entireProcessTree: true);
            _simulator.WaitForExit();
            _simulator.Dispose();
            _chassis.Dispose();
            Directory.Delete(_folder, recursive: true);
        }

        private static int FreePort()
        {
            using var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
            return ((IPEndPoint)socket.Client.LocalEndPoint!).Port;
        }
    }
}

/// <summary>A script of Debian's fence-agents, the one that switches a file.</summary>
[Trait("Needs", "root")]
public sealed class RealFenceAgentTests
{
    [Fact]
    public void Fence_dummy_switches_and_says_so()
    {
        var folder = Directory.CreateTempSubdirectory("fence-dummy-").FullName;
        try
        {
            var parameters = new Dictionary<string, string> { ["status_file"] = Path.Combine(folder, "node") };
            using var device = new AgentFence("/usr/sbin/fence_dummy", parameters, "");
            device.On(default);
            Assert.Equal(FencePower.On, device.Status(default).Power);
            Assert.Equal(FencePower.Off, GpioFenceTests.SwitchOff(device).Power);
            Assert.Equal(FencePower.Off, device.Status(default).Power);
            device.On(default);
            Assert.Equal(FencePower.On, device.Status(default).Power);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void An_agent_that_is_given_nonsense_says_nothing_about_power()
    {
        using var device = new AgentFence("/usr/sbin/fence_apc", new Dictionary<string, string> { ["ip"] = "" }, "");
        Assert.Equal(FencePower.Unknown, device.Status(default).Power);
    }
}
