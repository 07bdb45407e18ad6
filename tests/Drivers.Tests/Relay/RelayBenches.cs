using System.Collections.Immutable;
using System.Net;
using Appliance.Core.Configuration;
using Appliance.Drivers.Gpio;
using Appliance.Drivers.HidRaw;
using Appliance.Drivers.Relay;
using Appliance.Drivers.Relay.Serial;
using Appliance.Drivers.Relay.Simulated;
using Appliance.Drivers.SerialPort;
using Appliance.Drivers.Usb;

namespace Appliance.Drivers.Tests.Relay;

/// <summary>A serial board in this process.</summary>
internal class SerialBench : RelayBench
{
    private readonly SimulatedBoard _board;
    private readonly int[] _wired;

    public SerialBench(SerialRelayFamily family, SimulatedBoard board, int[] channels, int relays = 0, TimeSpan? deadline = null)
    {
        _board = board;
        _wired = [.. channels.Select(channel => family == SerialRelayFamily.Numato ? channel : channel - 1)];
        Port = new SimulatedRelayPort(board);
        Relay = RelayFactory.Of(Config(family, channels, relays, deadline ?? Patient), Port.TryOpen, () => null);
    }

    public SimulatedRelayPort Port { get; }

    public override IFailoverRelay Relay { get; }

    public override SimulatedContacts Contacts => _board.Contacts;

    public override int[] Wired => _wired;

    public override string Place => "/dev/appliance/relay";

    public override void Unplug() => Port.Unplug();

    public override void Plug() => Port.Plug();

    public override bool Forbid() => Port.Forbidden = true;

    public override void Dispose()
    {
        base.Dispose();
        Port.Dispose();
        GC.SuppressFinalize(this);
    }

    public static RelayDeviceConfig.Serial Config(
        SerialRelayFamily family, int[] channels, int relays, TimeSpan deadline, string port = "/dev/appliance/relay") =>
        new("line", family, port, [.. channels], 9600, relays) { Node = 0, Dwell = TimeSpan.Zero, Deadline = deadline };
}

internal sealed class MuteLcusBench() : SerialBench(
    SerialRelayFamily.Lcus, new SimulatedLcus(1, LcusAnswer.Nothing), [1], deadline: TimeSpan.FromSeconds(4))
{
    public override bool ReadsBack => false;
}

/// <summary>A serial board behind a pseudo-terminal: the kernel's serial line, a name that follows the device.</summary>
internal class PtyBench : RelayBench
{
    private readonly string _folder = Directory.CreateTempSubdirectory("relay-bench-").FullName;
    private readonly SimulatedBoard _board;
    private readonly int[] _wired;
    private SimulatedBoardLine? _line;

    public PtyBench(SimulatedBoard board, int[] wired, Func<string, IFailoverRelay> open)
    {
        (_board, _wired) = (board, wired);
        Plug();
        Relay = open(Place);
    }

    public PtyBench(SerialRelayFamily family, SimulatedBoard board, int[] channels, int relays = 0)
        : this(board, [.. channels.Select(channel => family == SerialRelayFamily.Numato ? channel : channel - 1)],
            port => RelayFactory.Open(SerialBench.Config(family, channels, relays, Patient, port)))
    {
    }

    public SimulatedBoardFaults Faults { get; } = new();

    /// <summary>What the name leads to.</summary>
    public string Device => new FileInfo(Place).LinkTarget ?? "";

    public override IFailoverRelay Relay { get; }

    public override SimulatedContacts Contacts => _board.Contacts;

    public override int[] Wired => _wired;

    public override string Place => Path.Combine(_folder, "relay");

    public override void Unplug()
    {
        _line?.Dispose();
        _line = null;
        _board.Restart();
    }

    public override void Plug() => _line = new SimulatedBoardLine(new PseudoTerminal(Place), _board, Faults);

    public override void Dispose()
    {
        base.Dispose();
        _line?.Dispose();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}

/// <summary>A HID board in this process.</summary>
internal sealed class HidBench : RelayBench
{
    private readonly SimulatedHidDevice _device;
    private readonly bool _readsBack;

    public HidBench(HidRelayFamily family, SimulatedHidDevice device, SimulatedContacts contacts, string id = "")
    {
        (_device, Contacts, _readsBack) = (device, contacts, family != HidRelayFamily.HidRelay);
        Relay = RelayFactory.Of(
            new RelayDeviceConfig.Hid("line", family, "", [2], id) { Node = 0, Dwell = TimeSpan.Zero, Deadline = Patient },
            new SimulatedHidRawBus(device));
    }

    public static HidBench Of(SimulatedUsbRelay board) => new(HidRelayFamily.UsbRelay, board, board.Contacts, "BITFT");

    public static HidBench Of(SimulatedHidRelay board) => new(HidRelayFamily.HidRelay, board, board.Contacts);

    public static HidBench Of(SimulatedLcusHid board) => new(HidRelayFamily.LcusHid, board, board.Contacts);

    public override IFailoverRelay Relay { get; }

    public override SimulatedContacts Contacts { get; }

    public override int[] Wired => [1];

    public override bool ReadsBack => _readsBack;

    public override string Place => "board";

    public override void Unplug()
    {
        _device.Gone = true;
        Contacts.LosePower();
    }

    public override void Plug() => _device.Gone = false;

    public override bool Forbid() => _device.Forbidden = true;
}

/// <summary>An FT245R in this process.</summary>
internal sealed class FtdiBench : RelayBench
{
    private readonly SimulatedFtdiBus _bus = new();

    public FtdiBench()
    {
        _bus.Moved = pins => Contacts.Mask = pins;
        Relay = RelayFactory.Of(
            new RelayDeviceConfig.Ft245r("line", "", "1-1.4", [1, 2, 3, 4]) { Node = 0, Dwell = TimeSpan.Zero, Deadline = Patient }, _bus);
    }

    public override IFailoverRelay Relay { get; }

    public override SimulatedContacts Contacts { get; } = new(8);

    public override int[] Wired => [0, 1, 2, 3];

    public override string Place => "FT245R";

    public override void Unplug() => _bus.Unplug();

    public override void Plug() => _bus.Plug();

    public override bool Forbid()
    {
        _bus.Fault = UsbFaultKind.Forbidden;
        return true;
    }

    public void Stick() => _bus.Stuck = 0xFF;
}

/// <summary>A relay on a GPIO line of a simulated chip.</summary>
internal sealed class GpioBench : RelayBench
{
    private readonly SimulatedGpioChip _chip = new();
    private readonly bool _activeLow;

    public GpioBench(bool activeLow)
    {
        _activeLow = activeLow;
        // A module that pulls its input up rests high.
        if (activeLow) _chip.Drive(5, true);
        Relay = RelayFactory.Of(
            new RelayDeviceConfig.Gpio("line", new GpioLineName("gpiochip9", 5), activeLow)
                { Node = 0, Dwell = TimeSpan.Zero, Deadline = Patient },
            () => _chip.Gone ? throw new GpioFault(2, "/dev/gpiochip9 does not exist") : _chip);
    }

    public override IFailoverRelay Relay { get; }

    /// <summary>The coil follows the level.</summary>
    public override SimulatedContacts Contacts
    {
        get
        {
            field ??= new SimulatedContacts(1);
            field[0] = _chip.Level(5) != _activeLow && !_chip.Gone;
            return field;
        }
    }

    public override string Place => "GPIO line gpiochip9:5";

    public override void Unplug()
    {
        _chip.Drive(5, _activeLow);
        _chip.Gone = true;
    }

    public override void Plug() => _chip.Gone = false;

    public override bool Forbid() => _chip.Forbidden = true;

    public void Stick() => _chip.Stick(5, _activeLow);
}

/// <summary>A bero*fos on a real TCP port.</summary>
internal sealed class BerofosBench : RelayBench
{
    private readonly string _password = Path.GetTempFileName();

    public BerofosBench(BerofosLogin login, TimeSpan? deadline = null)
    {
        Box = new SimulatedBerofos { Login = login };
        Server = new SimulatedBerofosServer(Box, new IPEndPoint(IPAddress.Loopback, 0), gblPort: 0);
        File.WriteAllText(_password, Box.Password + "\nnot this line\n");
        Relay = RelayFactory.Of(new RelayDeviceConfig.Berofos(
            "line", "127.0.0.1", Server.EndPoint.Port, login == BerofosLogin.None ? "" : "admin",
            login == BerofosLogin.None ? "" : _password, 0) { Node = 0, Dwell = TimeSpan.Zero, Deadline = deadline ?? Patient });
    }

    public SimulatedBerofos Box { get; }

    public SimulatedBerofosServer Server { get; }

    public override IFailoverRelay Relay { get; }

    public override SimulatedContacts Contacts => Box.Contacts;

    public override bool IsShared => true;

    public override string Place => "bero*fos at 127.0.0.1";

    public override void Unplug() => Server.PowerOff();

    public override void Plug() => Server.PowerOn();

    public override bool Forbid()
    {
        Box.Password = "another";
        return Box.Login != BerofosLogin.None;
    }

    public override void Dispose()
    {
        base.Dispose();
        Server.Dispose();
        File.Delete(_password);
        GC.SuppressFinalize(this);
    }
}

/// <summary>A stand-in for the vendor's program: a real process that writes down where the relay is.</summary>
internal sealed class RhinoBench : RelayBench
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rhino-bench-").FullName;

    public RhinoBench(string trouble = "", TimeSpan? deadline = null)
    {
        File.WriteAllText(Tool, $"""
            #!/bin/sh
            # DEV RELAYON|RELAYOFF PORT, DEV RESET
            echo "$@" >> {_folder}/calls
            {trouble}
            [ -e "$1" ] || exit 3
            case "$2 $3" in
                "RELAYON 0") echo on > {_folder}/relay ;;
                "RELAYOFF 0"|"RESET ") echo off > {_folder}/relay ;;
                *) echo "usage: rhinofailover DEV VERB PORT" >&2; exit 64 ;;
            esac

            """);
        File.SetUnixFileMode(Tool, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Plug();
        Relay = RelayFactory.Open(new RelayDeviceConfig.Rhino("line", Place, Tool, 0, "")
            { Node = 0, Dwell = TimeSpan.Zero, Deadline = deadline ?? Patient });
    }

    public string Tool => Path.Combine(_folder, "rhinofailover");

    /// <summary>What the program was asked.</summary>
    public string[] Calls => File.Exists(Path.Combine(_folder, "calls")) ? File.ReadAllLines(Path.Combine(_folder, "calls")) : [];

    public override IFailoverRelay Relay { get; }

    public override SimulatedContacts Contacts
    {
        get
        {
            field ??= new SimulatedContacts(1);
            var relay = Path.Combine(_folder, "relay");
            field[0] = File.Exists(relay) && File.ReadAllText(relay).Trim() == "on";
            return field;
        }
    }

    public override bool ReadsBack => false;

    public override string Place => Path.Combine(_folder, "ttyUSB0");

    public override void Unplug()
    {
        File.Delete(Place);
        File.WriteAllText(Path.Combine(_folder, "relay"), "off");
    }

    public override void Plug() => File.WriteAllText(Place, "");

    public override void Dispose()
    {
        base.Dispose();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
