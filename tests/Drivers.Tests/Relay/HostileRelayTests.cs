using System.Diagnostics;
using Appliance.Core.Configuration;
using Appliance.Core.Lines;
using Appliance.Drivers.Interop;
using Appliance.Drivers.Relay;
using Appliance.Drivers.Relay.Simulated;

namespace Appliance.Drivers.Tests.Relay;

/// <summary>Boards that hang, babble, answer late, or are something else. Nothing is taken for obedience, nothing waits for ever, and
/// each has its own words.</summary>
public sealed class HostileRelayTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(2);

    private static readonly Dictionary<string, Func<SimulatedBoard>> Boards = new()
    {
        ["lcus"] = () => new SimulatedLcus(4),
        ["numato"] = () => new SimulatedNumato(8),
        ["tosr"] = () => new SimulatedRly(8),
        ["devantech"] = () => new SimulatedRly(8, identity: 9, isSlow: false),
        ["kmtronic"] = () => new SimulatedKmtronic(2),
    };

    public static TheoryData<string> Kinds => [.. Boards.Keys];

    [Theory]
    [InlineData("numato")]
    [InlineData("tosr")]
    [InlineData("devantech")]
    [InlineData("kmtronic")]
    public void Silent_board_is_told_apart_and_nothing_is_switched(string kind)
    {
        using var bench = Bench(kind);
        bench.Port.Faults.Silent = true;
        var answer = bench.Relay.Set(LinePosition.A, default);
        Assert.Equal((RelayFault.Silent, LinePosition.Unknown), (answer.Fault, answer.Position));
        Assert.Equal(0, bench.Contacts.Moves);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Board_that_falls_silent_later_is_not_believed(string kind)
    {
        using var bench = Bench(kind);
        Assert.True(bench.Relay.Set(LinePosition.A, default).IsDone);
        bench.Port.Faults.Silent = true;
        var answer = bench.Relay.Set(LinePosition.B, default);
        Assert.Equal((RelayFault.Silent, LinePosition.Unknown), (answer.Fault, answer.Position));
        bench.Port.Faults.Silent = false;
        Assert.Equal(LinePosition.B, bench.Relay.Read(default).Position);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Hanging_board_costs_no_more_than_the_deadline(string kind)
    {
        using var bench = Bench(kind);
        Assert.True(bench.Relay.Set(LinePosition.B, default).IsDone);
        bench.Port.Faults.Hangs = true;
        var watch = Stopwatch.StartNew();
        var answer = bench.Relay.Set(LinePosition.A, default);
        Assert.Equal(RelayFault.Silent, answer.Fault);
        // The deadline, and room for a busy machine.
        Assert.True(watch.Elapsed < Short + TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Garbage_before_anything_was_switched_is_another_device(string kind)
    {
        using var bench = Bench(kind);
        bench.Port.Faults.Garbage = true;
        var answer = bench.Relay.Set(LinePosition.A, default);
        // Garbled text does not end with a prompt: that one is not told from silence.
        Assert.Contains(answer.Fault, new[] { RelayFault.WrongDevice, RelayFault.Silent, RelayFault.Garbage });
        Assert.Equal(0, bench.Contacts.Moves);
    }

    [Theory]
    [InlineData("lcus", RelayFault.Garbage)]
    [InlineData("numato", RelayFault.Garbage)]
    [InlineData("kmtronic", RelayFault.Garbage)]
    public void Garbage_later_is_garbage(string kind, RelayFault fault)
    {
        using var bench = Bench(kind);
        Assert.True(bench.Relay.Set(LinePosition.A, default).IsDone);
        bench.Port.Faults.Garbage = true;
        var answer = bench.Relay.Read(default);
        Assert.Equal((fault, LinePosition.Unknown), (answer.Fault, answer.Position));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Half_an_answer_is_none(string kind)
    {
        using var bench = Bench(kind);
        Assert.True(bench.Relay.Set(LinePosition.A, default).IsDone);
        bench.Port.Faults.Half = true;
        var answer = bench.Relay.Read(default);
        Assert.False(answer.IsDone);
        Assert.Contains(answer.Fault, new[] { RelayFault.Garbage, RelayFault.Silent });
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Board_that_does_not_stop_is_stopped_listening_to(string kind)
    {
        using var bench = Bench(kind);
        bench.Port.Faults.Endless = true;
        // A board that answers with one byte is only found out at the next command.
        var answers = Enumerable.Range(0, 3).Select(_ => bench.Relay.Set(LinePosition.A, default)).ToArray();
        Assert.Contains(answers, answer => answer.Fault is RelayFault.Endless or RelayFault.WrongDevice or RelayFault.Garbage);
        Assert.Contains(bench.Relay.Read(default).Fault, new[] { RelayFault.Endless, RelayFault.WrongDevice, RelayFault.Garbage });
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Late_answer_is_not_taken_for_the_next_ones(string kind)
    {
        using var bench = Bench(kind);
        Assert.True(bench.Relay.Set(LinePosition.A, default).IsDone);
        // The state of A arrives while the line is being set to B.
        bench.Port.Faults.Late = TimeSpan.FromMilliseconds(900);
        bench.Port.Faults.LateAnswers = 1;
        Assert.False(bench.Relay.Read(default) is { IsDone: true, Position: LinePosition.B });
        var answer = bench.Relay.Set(LinePosition.B, default);
        Thread.Sleep(1000);
        Assert.Equal(LinePosition.B, bench.Line);
        Assert.True(!answer.IsDone || answer.Position == LinePosition.B, answer.Words);
        answer = bench.Relay.Read(default);
        Assert.True(answer.IsDone, answer.Words);
        Assert.Equal(LinePosition.B, answer.Position);
    }

    /// <summary>Each is what the board would say at A.</summary>
    [Theory]
    [InlineData("lcus", "CH1: ON \r\nCH2: ON \r\nCH3: ON \r\nCH4: ON \r\n")]
    [InlineData("numato", "relay readall\n\r01\n\r>")]
    [InlineData("tosr", "\u0001")]
    [InlineData("devantech", "\u0001")]
    [InlineData("kmtronic", "\u00ff\u0001\u0001")]
    public void What_came_before_the_question_is_no_answer_to_it(string kind, string words)
    {
        using var bench = Bench(kind);
        Assert.True(bench.Relay.Set(LinePosition.B, default).IsDone);
        bench.Port.Interject(System.Text.Encoding.Latin1.GetBytes(words));
        var answer = bench.Relay.Read(default);
        Assert.True(answer.IsDone, answer.Words);
        Assert.Equal(LinePosition.B, answer.Position);
    }

    [Theory]
    [InlineData("tosr", "devantech", "identity 9, a Devantech USB-RLY16: driver = \"devantech\"")]
    [InlineData("devantech", "kmtronic", "does not answer the question for its identity")]
    [InlineData("numato", "lcus", "does not answer")]
    [InlineData("kmtronic", "lcus", "is another device on this port")]
    [InlineData("kmtronic", "tosr", "does not answer the question for its relays")]
    public void Another_board_on_the_port_is_not_switched(string configured, string found, string words)
    {
        using var bench = Bench(configured, found);
        var answer = bench.Relay.Set(LinePosition.A, default);
        Assert.False(answer.IsDone);
        Assert.Contains(answer.Fault, new[] { RelayFault.WrongDevice, RelayFault.Silent, RelayFault.Endless });
        Assert.Contains(words, answer.Words, StringComparison.Ordinal);
        Assert.Equal(0, bench.Contacts.Moves);
    }

    [Theory]
    [InlineData("lcus", "2a19:0c03", "driver = \"numato\"")]
    [InlineData("kmtronic", "04d8:ffee", "driver = \"devantech\"")]
    public void Board_without_identity_is_told_from_others_by_their_usb_numbers(string kind, string usbId, string words)
    {
        var board = Boards[kind]();
        using var port = new SimulatedRelayPort(board);
        var config = SerialBench.Config(Enum.Parse<SerialRelayFamily>(kind, ignoreCase: true), [1], 2, Short);
        using (var relay = RelayFactory.Of(config, port.TryOpen, () => usbId))
        {
            var answer = relay.Set(LinePosition.A, default);
            Assert.Equal(RelayFault.WrongDevice, answer.Fault);
            Assert.Contains(words, answer.Words, StringComparison.Ordinal);
            Assert.Equal(0, board.Contacts.Moves);
        }

        // An FTDI chip may have anything behind it.
        using var other = RelayFactory.Of(config, port.TryOpen, () => "0403:6001");
        Assert.True(other.Set(LinePosition.A, default).IsDone);
    }

    [Theory]
    [InlineData("lcus", 4, 5, 0, "has 4 relays; channel = 5 is configured")]
    [InlineData("numato", 8, 3, 16, "is relays = 16 right?")]
    public void Board_that_is_smaller_than_configured_is_told(string kind, int relays, int channel, int configured, string words)
    {
        SimulatedBoard board = kind == "lcus" ? new SimulatedLcus(relays) : new SimulatedNumato(relays);
        using var bench = new SerialBench(
            kind == "lcus" ? SerialRelayFamily.Lcus : SerialRelayFamily.Numato, board, [channel], configured, Short);
        var answer = bench.Relay.Set(LinePosition.A, default);
        Assert.Equal(RelayFault.Misconfigured, answer.Fault);
        Assert.Contains(words, answer.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void Contacts_that_differ_are_a_torn_line()
    {
        using var bench = new SerialBench(SerialRelayFamily.Lcus, new SimulatedLcus(4), [1, 2, 3, 4]);
        bench.Contacts.Mask = 0b0101;
        var answer = bench.Relay.Read(default);
        Assert.Equal(LinePosition.Unknown, answer.Position);
        Assert.Contains("2 of its 4 relays on", answer.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void Tosr_is_never_asked_too_fast()
    {
        var board = new SimulatedRly(8);
        using var bench = new SerialBench(SerialRelayFamily.Tosr, board, [1, 2, 3, 4]);
        Assert.True(bench.Relay.Set(LinePosition.A, default).IsDone);
        Assert.True(bench.Relay.Set(LinePosition.B, default).IsDone);
        Assert.Equal(0, board.Swallowed);
    }

    [Fact]
    public void Caller_who_gives_up_in_the_middle_is_let_go()
    {
        using var bench = new SerialBench(SerialRelayFamily.Numato, new SimulatedNumato(8), [0], 8, TimeSpan.FromMinutes(1));
        bench.Port.Faults.Silent = true;
        using var abandon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var watch = Stopwatch.StartNew();
        Assert.Equal(RelayFault.Abandoned, bench.Relay.Set(LinePosition.A, abandon.Token).Fault);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");
    }

    [Fact]
    public void Name_that_leads_to_another_number_after_the_return_is_followed()
    {
        using var bench = new PtyBench(SerialRelayFamily.Kmtronic, new SimulatedKmtronic(2), [1], 2);
        Assert.True(bench.Relay.Set(LinePosition.A, default).IsDone);
        var before = bench.Device;
        bench.Unplug();
        // Somebody takes the old number.
        using var taken = new Appliance.Drivers.SerialPort.PseudoTerminal(bench.Place + "-other");
        bench.Plug();
        Assert.NotEqual(before, bench.Device);
        Assert.Equal(LinePosition.A, bench.Relay.Read(default).Position);
        Assert.Equal(LinePosition.A, bench.Line);
    }

    [Fact]
    public void Port_that_is_no_serial_line_is_the_wrong_device()
    {
        using var relay = RelayFactory.Open(SerialBench.Config(SerialRelayFamily.Lcus, [1], 0, Short, "/dev/null"));
        var answer = relay.Set(LinePosition.A, default);
        Assert.Equal(RelayFault.WrongDevice, answer.Fault);
        Assert.Contains("/dev/null is not a serial line", answer.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void Hid_transfer_that_fails_now_and_then_is_repeated()
    {
        var board = new SimulatedUsbRelay { Failures = 2, Error = 71 };
        using var bench = HidBench.Of(board);
        Assert.True(bench.Relay.Set(LinePosition.A, default).IsDone);
        (board.Failures, board.Error) = (9, Errno.EIO);
        Assert.Equal(RelayFault.Vanished, bench.Relay.Set(LinePosition.B, default).Fault);
    }

    [Fact]
    public void Hid_device_that_only_shares_the_numbers_is_left_alone()
    {
        using var relay = RelayFactory.Of(Hid(HidRelayFamily.UsbRelay, "/dev/hidraw7", ""), new HidRaw.SimulatedHidRawBus(new Joystick()));
        var answer = relay.Set(LinePosition.A, default);
        Assert.Equal(RelayFault.WrongDevice, answer.Fault);
        Assert.Contains("found /dev/hidraw7 (16c0:05df \"obdev.at Joystick\")", answer.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void Among_several_hid_boards_the_one_with_the_id_is_meant()
    {
        var (left, right) = (new SimulatedUsbRelay("/dev/hidraw1", 2, "AAAAA"), new SimulatedUsbRelay("/dev/hidraw2", 2, "BBBBB"));
        var bus = new HidRaw.SimulatedHidRawBus(left, right, new Joystick());
        using (var any = RelayFactory.Of(Hid(HidRelayFamily.UsbRelay, "", ""), bus))
            Assert.Equal(RelayFault.Misconfigured, any.Set(LinePosition.A, default).Fault);
        using (var third = RelayFactory.Of(Hid(HidRelayFamily.UsbRelay, "", "CCCCC"), bus))
            Assert.Equal(RelayFault.Missing, third.Set(LinePosition.A, default).Fault);
        using var meant = RelayFactory.Of(Hid(HidRelayFamily.UsbRelay, "", "BBBBB"), bus);
        Assert.True(meant.Set(LinePosition.A, default).IsDone);
        Assert.Equal((0ul, 1ul), (left.Contacts.Mask, right.Contacts.Mask));
    }

    [Fact]
    public void Hid_report_that_is_nonsense_is_garbage()
    {
        var board = new SimulatedUsbRelay();
        using var bench = HidBench.Of(board);
        Assert.True(bench.Relay.Set(LinePosition.A, default).IsDone);
        board.Garbage = true;
        Assert.Equal(RelayFault.Garbage, bench.Relay.Read(default).Fault);
    }

    private static RelayDeviceConfig.Hid Hid(HidRelayFamily family, string port, string id) =>
        new("line", family, port, [1], id) { Node = 0, Dwell = TimeSpan.Zero, Deadline = Short };

    private static SerialBench Bench(string configured, string? found = null) => new(
        Enum.Parse<SerialRelayFamily>(configured, ignoreCase: true), Boards[found ?? configured](), [1],
        configured switch { "numato" => 8, "kmtronic" => 2, _ => 0 }, Short);

    private sealed class Joystick : HidRaw.SimulatedHidDevice
    {
        public override HidRaw.HidRawInfo Info { get; } = new("/dev/hidraw7", 0x16c0, 0x05df, "obdev.at Joystick");

        public override void Output(ReadOnlySpan<byte> report) => Assert.Fail("a joystick was switched");
    }
}
