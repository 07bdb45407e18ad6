using System.Collections.Immutable;

namespace Appliance.Core.Configuration.Schema;

/// <summary>The keys of <c>[device.NAME]</c>: relays and bridges that bring a telephone line to one of the nodes.</summary>
public static class LineDeviceSchema
{
    public const string RhinoTool = "/usr/local/bin/rhinofailover";

    /// <summary>A dcttech board's identity has five characters.</summary>
    private const int BoardIdLength = 5;

    private const int UsbTextMax = 126;
    private const int PasswordUserMax = 15;
    private const string ByHand = "Serial device, best by a name that stays: `/dev/serial/by-id/…` or `/dev/appliance/…`.";

    private static readonly OneOfType Baud = new(1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200);

    private static readonly StringType UsbText = new("string", "a USB serial number", text =>
        text.Length is > 0 and <= UsbTextMax && !text.Any(char.IsControl) ? null : "1 to 126 printable characters");

    private static readonly StringType UsbPath = new("USB path", "bus and ports as in /sys/bus/usb/devices, for example \"1-1.4\"",
        text => IsUsbPath(text) ? null : "");

    private static readonly StringType BoardId = new("string", "the five characters of the board's identity", text =>
        text.Length == BoardIdLength && text.All(char.IsAscii) && !text.Any(char.IsControl) ? null : "");

    private static readonly StringType User = new("string", "a user name, at most 15 characters, no colon", text =>
        text.Length <= PasswordUserMax && !text.Contains(':') && !text.Any(char.IsControl) ? null : "");

    public static readonly SectionSchema Device = new(
        "[device.NAME]",
        "Hardware that brings a telephone line to one of the nodes. A relay has position A, held by the node that powers it, and position "
            + "B, where the line is without power. Wiring: drivers/Relay/README.md.",
        [
            new("driver", new ChoiceType("rhino-1spf", "lcus", "numato", "tosr", "devantech", "kmtronic", "lcus-hid", "usbrelay",
                "hidrelay", "ft245r", "gpio", "berofos", "fonebridge"), "Kind of hardware.") { Required = true },
        ])
    {
        Discriminator = "driver",
        Variants =
        [
            new("rhino-1spf", "Rhino single port failover card, by its vendor's tool or by captured bytes.",
            [
                Node, Port,
                new("tool", Types.Path, "The vendor's program; the `profile` replaces it.") { Default = RhinoTool },
                new("channel", new IntegerType(0, 7), "Port index that the tool is given.") { Default = "0" },
                new("profile", Types.Path, "File of the bytes that switch the card, see drivers/Relay/README.md; then no tool is run."),
                .. Timing("5s"),
            ]),
            Serial("lcus", "LC Technology LCUS-1/2/4/8 (CH340).", 1, 8, Speed),
            Serial("numato", "Numato USB relay module; relays are numbered as printed on the board, from 0.", 0, 63,
                new Key("relays", new OneOfType(1, 2, 4, 8, 16, 32, 64), "Relays on the board.") { Required = true }),
            Serial("tosr", "Tinysine TOSR0x.", 1, 8, Speed),
            Serial("devantech", "Devantech USB-RLY02, 08, 16.", 1, 8),
            Serial("kmtronic", "KMTronic USB relay.", 1, 8,
                new Key("relays", new OneOfType(1, 2, 4, 8), "Relays on the board.") { Required = true }, Speed),
            Hid("lcus-hid", "LCUS as a HID device."),
            Hid("usbrelay", "dcttech USBRelay1/2/4/8.",
                new Key("id", BoardId, "The board's own identity, when there are several of them.")),
            Hid("hidrelay", "Ucreatefun HIDRelay (CH551G)."),
            new("ft245r", "Relays on an FT245R in bit-bang mode (SainSmart 4 and 8 channels), through libusb-1.0.",
            [
                Node,
                new("serial", UsbText, "USB serial number, when there are several of them."),
                new("path", UsbPath, "Bus and ports, when there are several of them."),
                Channel(1, 8), .. Timing("2s"),
            ]),
            new("gpio", "A relay whose coil follows a GPIO line: active is position A.",
            [
                Node,
                new("line", new GpioLineType(), "Chip and number of the line.") { Required = true },
                new("active-low", Types.Boolean, "The coil is powered while the line is low.") { Default = "false" },
                .. Timing("2s"),
            ]),
            new("berofos", "beroNet bero*fos on the network; both nodes command it.",
            [
                new("node", Types.Name, "Node wired to its port B; the other one is wired to port D.") { Required = true },
                new("address", Types.Address, "Numeric address.") { Required = true },
                new("port", Types.Port, "Of its web server.") { Default = "80" },
                new("user", User, "Login, when it asks for one."),
                new("password-file", Types.Path, "File whose first line is the password."),
                new("scenario", new IntegerType(0, 1), "0: A–B or A–D; 1: A–B and C–D, or A–D.") { Default = "0" },
                .. Timing("3s"),
            ]),
            new("fonebridge", "foneBRIDGE2: spans over Ethernet (docs/FONEBRIDGE.md).", FoneBridgeSchema.Keys),
        ],
    };

    public static ImmutableArray<SectionSchema> All { get; } = [Device, FoneBridgeSchema.Span, FoneBridgeSchema.Channels];

    private static Key Node => new("node", Types.Name, "Node whose power keeps the relay in position A.") { Required = true };

    private static Key Port => new("port", Types.Path, ByHand) { Required = true };

    private static Key Speed => new("baud", Baud, "Bits per second.") { Default = "9600" };

    private static Variant Serial(string word, string meaning, int min, int max, params ReadOnlySpan<Key> own) =>
        new(word, meaning, [Node, Port, Channel(min, max), .. own, .. Timing("2s")]);

    private static Variant Hid(string word, string meaning, params ReadOnlySpan<Key> own) =>
        new(word, meaning,
        [
            Node,
            new Key("port", Types.Path, "The hidraw device; without it the one board of this kind that is plugged in."),
            Channel(1, 8), .. own, .. Timing("2s"),
        ]);

    private static Key Channel(int min, int max) =>
        new("channel", new ChannelsType(min, max), "Relay, or relays that move together (a span has four wires).")
            { Default = min.ToString(System.Globalization.CultureInfo.InvariantCulture) };

    private static ImmutableArray<Key> Timing(string deadline) =>
    [
        new("dwell", Types.Duration("0ms", "10m"), "Least time between a release and the next hold.") { Default = "2s" },
        new("deadline", Types.Duration("100ms", "1m"), "After this one operation has failed.") { Default = deadline },
    ];

    private static bool IsUsbPath(string text)
    {
        var parts = text.Split('-');
        return parts.Length == 2 && text.Length <= 32 && IsNumber(parts[0]) && parts[1].Split('.').All(IsNumber);
    }

    private static bool IsNumber(string text) => text.Length is 1 or 2 or 3 && text[0] != '0' && text.All(char.IsAsciiDigit);
}
