using System.Diagnostics;
using Appliance.Core.Configuration;
using Appliance.Core.Lines;
using Appliance.Drivers.Gpio;
using Appliance.Drivers.HidRaw;
using Appliance.Drivers.Relay;
using Appliance.Drivers.Relay.Simulated;
using Appliance.Drivers.Tests.Gpio;
using Appliance.Vm.Relay;

// relay-paths gpio | hid | serial FAMILY PORT FOLDER: prints PASS or FAIL lines. In FOLDER it asks for the plug to be pulled.
switch (args)
{
    case ["gpio"]: GpioPath.Run(); break;
    case ["hid"]: HidPath.Run(); break;
    case ["serial", var family, var port, var folder]: SerialPath.Run(family, port, folder); break;
    default: Console.Error.WriteLine("relay-paths gpio | hid | serial FAMILY PORT FOLDER"); return 2;
}

return 0;

/// <summary>What the parts share.</summary>
internal static class Check
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static TimeSpan Deadline => TimeSpan.FromSeconds(20);

    public static void That(string name, Action claim)
    {
        try
        {
            claim();
            Console.WriteLine($"PASS {name}");
        }
        catch (Exception fault)
        {
            Console.WriteLine($"FAIL {name}\n    {fault.GetType().Name}: {fault.Message.ReplaceLineEndings("\n    ")}");
        }
    }

    public static void Becomes(Func<bool> claim, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!claim())
        {
            if (clock.Elapsed > Patience) throw new TimeoutException(what);
            Thread.Sleep(20);
        }
    }

    /// <summary>To A and back, and what the relay and the world say of it.</summary>
    public static void BothWays(IFailoverRelay relay, Func<LinePosition> line)
    {
        foreach (var position in new[] { LinePosition.A, LinePosition.B, LinePosition.A })
        {
            var answer = relay.Set(position, default);
            Assert.True(answer.IsDone, answer.Words);
            Becomes(() => line() == position, $"the line went to {position}");
            Assert.Equal(position, relay.Read(default).Position);
        }
    }
}

/// <summary>The kernel's GPIO character device, with the contract of every chip.</summary>
internal sealed class GpioPath : GpioChipContract, IDisposable
{
    private readonly UhidGpio _twin = new();

    private GpioPath()
    {
        Check.Becomes(() => Directory.EnumerateFiles("/dev", "gpiochip*").Any(), "there is a GPIO chip");
        Chip = GpioChip.Open("cp2112_gpio");
    }

    protected override IGpioChip Chip { get; }

    protected override bool LevelOfOut => _twin.Level(Out);

    protected override void Drive(bool level)
    {
        _twin.Drive(In, level);
        // hid-cp2112 has no interrupt for its lines: it looks every tenth of a second.
        Thread.Sleep(500);
    }

    public void Dispose()
    {
        Chip.Dispose();
        _twin.Dispose();
    }

    public static void Run()
    {
        using var path = new GpioPath();
        foreach (var (value, activeLow) in new[] { (true, false), (false, false), (true, true), (false, true) })
            Check.That($"gpio: output {value}, active low {activeLow}", () =>
                path.Output_has_its_value_from_the_start_and_follows(value, activeLow));
        Check.That("gpio: looking changes nothing", path.Looking_changes_nothing);
        Check.That("gpio: a line belongs to one", path.Line_belongs_to_one_until_it_is_disposed);
        Check.That("gpio: no such line", path.Line_that_the_chip_has_not_is_refused);
        Check.That("gpio: an input cannot be set", path.Input_cannot_be_set);
        Check.That("gpio: edges", () => path.Edges_arrive_in_order_and_turn_with_the_polarity(false));
        Check.That("gpio: edges, active low", () => path.Edges_arrive_in_order_and_turn_with_the_polarity(true));
        Check.That("gpio: only the edges asked for", path.Only_the_edges_asked_for_are_told);
        using var relay = RelayFactory.Open(new RelayDeviceConfig.Gpio("line", new GpioLineName("cp2112_gpio", 3), ActiveLow: false)
            { Node = 0, Dwell = TimeSpan.Zero, Deadline = Check.Deadline });
        Check.That("gpio: a relay", () => Check.BothWays(relay, () => path._twin.Level(3) ? LinePosition.A : LinePosition.B));
        using var line = path.Chip.Output(5, true);
        path._twin.Dispose();
        Check.That("gpio: a chip that is gone has words", () =>
        {
            Check.Becomes(() => Directory.EnumerateFiles("/dev", "gpiochip*").All(name => !name.EndsWith('0')), "the chip went");
            Assert.Contains("gone", Assert.Throws<GpioFault>(() => line.Value = false).Message, StringComparison.Ordinal);
            Assert.Contains(relay.Set(LinePosition.B, default).Fault, new[] { RelayFault.Vanished, RelayFault.Missing });
        });
    }
}

/// <summary>The kernel's hidraw.</summary>
internal static class HidPath
{
    public static void Run()
    {
        var dcttech = new SimulatedUsbRelay(relays: 2, id: "BITFT");
        Board("usbrelay", HidRelayFamily.UsbRelay, dcttech, dcttech.Contacts, "BITFT");
        var small = new SimulatedHidRelay();
        Board("hidrelay", HidRelayFamily.HidRelay, small, small.Contacts, "");
    }

    private static void Board(string name, HidRelayFamily family, SimulatedHidDevice twin, SimulatedContacts contacts, string id)
    {
        using var relay = RelayFactory.Open(new RelayDeviceConfig.Hid("line", family, "", [2], id)
            { Node = 0, Dwell = TimeSpan.Zero, Deadline = Check.Deadline });
        Check.That($"{name}: missing has its words", () => Assert.Equal(RelayFault.Missing, relay.Set(LinePosition.A, default).Fault));
        using (new UhidBoard(twin))
        {
            Check.That($"{name}: both ways over hidraw", () =>
            {
                Check.Becomes(() => new LinuxHidRawBus().List().Any(device => File.Exists(device.Path)), "hidraw showed the board");
                Check.BothWays(relay, () => contacts.PositionOf(1));
            });
            Check.That($"{name}: the other relay stays", () => Assert.False(contacts[0]));
        }

        contacts.LosePower();
        Check.That($"{name}: unplugged", () => Check.Becomes(
            () => relay.Read(default).Fault is RelayFault.Vanished or RelayFault.Missing, "the relay missed its board"));
        using var back = new UhidBoard(twin);
        Check.That($"{name}: returned, and put back to A", () =>
        {
            Check.Becomes(() => relay.Read(default) is { IsDone: true, Position: LinePosition.A }, "the relay is back");
            Check.Becomes(() => contacts.PositionOf(1) == LinePosition.A, "the line is at A");
        });
    }
}

/// <summary>A relay over a USB serial adapter that is really pulled.</summary>
internal static class SerialPath
{
    public static void Run(string family, string port, string folder)
    {
        using var relay = RelayFactory.Open(new RelayDeviceConfig.Serial(
            "line", Enum.Parse<SerialRelayFamily>(family, ignoreCase: true), port, [1, 2], 9600, 8)
            { Node = 0, Dwell = TimeSpan.Zero, Deadline = Check.Deadline });
        LinePosition Line() => File.Exists(Path.Combine(folder, "position"))
            && File.ReadAllText(Path.Combine(folder, "position")).Trim() == "A" ? LinePosition.A : LinePosition.B;
        Check.That($"{family}: both ways over {port}", () => Check.BothWays(relay, Line));
        Check.That($"{family}: pulled", () =>
        {
            File.WriteAllText(Path.Combine(folder, "pull"), "");
            Check.Becomes(() => !Path.Exists(port), "the port went");
            Assert.Contains(relay.Read(default).Fault, new[] { RelayFault.Vanished, RelayFault.Missing });
            Assert.Equal(RelayFault.Missing, relay.Set(LinePosition.A, default).Fault);
        });
        Check.That($"{family}: returned, and put back to A", () =>
        {
            File.WriteAllText(Path.Combine(folder, "plug"), "");
            Check.Becomes(() => Path.Exists(port), "the port came back");
            Check.Becomes(() => relay.Read(default) is { IsDone: true, Position: LinePosition.A }, "the relay is back");
            Assert.Equal(LinePosition.A, Line());
            Assert.True(relay.Set(LinePosition.B, default).IsDone);
            Check.Becomes(() => Line() == LinePosition.B, "the line went to B");
        });
    }
}
