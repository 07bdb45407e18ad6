using System.Collections.Immutable;

namespace Appliance.Core.Configuration.Schema;

/// <summary>The keys of <c>[[group.resource]]</c>, of its probe and of its restart budget.</summary>
public static class ResourceSchema
{
    public const string MysqlSocket = "/run/mysqld/mysqld.sock";

    public const string AsteriskSocket = "/run/asterisk/asterisk.ctl";
    public const string AmiUser = "appliance";
    public const string AmiSecretFile = "/etc/appliance/ami.secret";
    public const int AmiPort = 5038;

    /// <summary>Where Asterisk itself begins to refuse work (the high water mark of its task processors).</summary>
    public const int TasksMax = 500;

    private const int ModulesMax = 16;

    /// <summary>The words of <see cref="AsteriskLayers"/>.</summary>
    public static readonly ImmutableArray<(string Word, AsteriskLayers Layer)> Layers =
    [
        ("cli", AsteriskLayers.Cli), ("ami", AsteriskLayers.Ami), ("sip", AsteriskLayers.Sip), ("tasks", AsteriskLayers.Tasks),
    ];

    /// <summary>Goes into a request line as it is.</summary>
    private static readonly KeyType RequestPath = new StringType(
        "string", "a path such as \"/health?full=1\", printable ASCII without blanks", text =>
            !text.StartsWith('/') ? "it does not begin with \"/\"" : text.Length > 1000 ? "it has more than 1000 characters"
            : text.Any(letter => letter is <= ' ' or > '~') ? "a blank or a letter that is not ASCII is in it" : null);

    /// <summary>Numbers of spans as DAHDI gives them.</summary>
    private static readonly KeyType Spans = new NumbersType(1, 511, 32, "[1, 2]");

    private const string LaterAlert = "who is told is no resource here: write [alert.NAME], and remove the resource and its name "
        + "from every \"after\"";

    private const string LaterPanel = "a front panel shows every group without being a resource of one: write [panel] with leds "
        + "or a display, and remove the resource and its name from every \"after\"";

    public static readonly SectionSchema Restarts = new(
        "restarts = { … }",
        "How often a resource is restarted in place before the group moves to the other node.",
        [
            new("max", new IntegerType(0, 100), "Restarts within the window; 0: never in place.") { Default = "3" },
            new("within", Types.Duration("1s", "7d"), "The sliding window.") { Default = "10m" },
            new("delay", Types.Duration("0ms", "10m"), "Pause before the first restart; doubles each time.") { Default = "100ms" },
            new("delay-max", Types.Duration("0ms", "1h"), "Ceiling of the pause.") { Default = "5s" },
        ]);

    public static readonly SectionSchema Probe = new(
        "probe = { … }",
        "A question asked again and again while the resource is started.",
        [
            new("type", new ChoiceType("tcp", "http", "exec", "mysql", "asterisk", "dahdi"), "What is asked.") { Required = true },
            new("interval", Types.Duration("100ms", "1h"), "From one question to the next.") { Default = "2s" },
            new("timeout", Types.Duration("50ms", "10m"), "No answer by then is a miss.") { Default = "1s" },
            new("misses", new IntegerType(1, 100), "That many misses in a row are a failure.") { Default = "2" },
        ])
    {
        Discriminator = "type",
        Variants =
        [
            new("tcp", "A TCP connection is accepted.",
            [
                new("address", Types.Address, "Numeric address.") { Default = "127.0.0.1" },
                new("port", Types.Port, "TCP port.") { Required = true },
            ]),
            new("http", "A web server answers a GET of HTTP/1.1 with the expected status; nothing behind that is read.",
            [
                new("address", Types.Address, "Numeric address.") { Default = "127.0.0.1" },
                new("port", Types.Port, "TCP port.") { Default = "80" },
                new("path", RequestPath, "What is asked for, with its query.") { Default = "/" },
                new("status", new IntegerType(200, 599), "The status that is health.") { Default = "200" },
            ]),
            new("exec", "A program ends with exit code 0.",
                [new("command", Types.Command, "Absolute path of the program and its arguments; no shell.") { Required = true }]),
            new("mysql", "The server accepts a connection and answers `SELECT 1`.",
            [
                new("socket", Types.Path, "Unix socket; excludes `host`. Without either: `/run/mysqld/mysqld.sock`."),
                new("host", Types.Address, "Numeric address for TCP."),
                new("port", Types.Port, "TCP port, with `host`.") { Default = "3306" },
                new("user", Types.Text, "Account.") { Default = "root" },
                new("password-file", Types.Path, "File whose first line is the password; without it none is sent."),
                new("write", Types.Boolean, "Also commits one row by `timeout`, in the schema `appliance_probe`, which is made when it is "
                    + "missing. A server that is read-only or out of room is told in status and not restarted.") { Default = "false" },
            ]),
            new("asterisk", "Asterisk, asked through one or several layers at the same time, each until `timeout`. When enough of several "
                + "layers fail it counts as hung: it is killed without being asked to stop.",
            [
                new("layers", new ListType(new ChoiceType("cli", "ami", "sip", "tasks"), 1, 4, "[\"cli\", \"ami\", \"sip\"]"),
                    "What counts: `cli` the control socket tells its channels, `ami` the manager answers Ping and Status, `sip` any final "
                    + "reply to OPTIONS, `tasks` no PJSIP task processor has more than `tasks-max` waiting. Without it only `sip`."),
                new("need", new IntegerType(1, 4), "That many failing layers are a miss. Without it more than half of them."),
                new("sip", new SipType(),
                    "Where it is sent: `udp:PORT` asks the group's first service address, else 127.0.0.1.") { Default = "udp:5060" },
                new("cli", Types.Path, "Control socket.") { Default = AsteriskSocket },
                new("ami", new EndpointType(), "Where the manager listens.") { Default = "127.0.0.1:5038" },
                new("ami-user", Types.Name, "Account of the manager; it needs `write = reporting` and nothing else.") { Default = AmiUser },
                new("ami-secret-file", Types.Path, "File whose first line is its secret, mode 0600; without it `ami` is not asked and "
                    + "counts for neither side.") { Default = AmiSecretFile },
                new("ami-account", new ChoiceType("made", "kept"), "Before each start of the unit `made` writes the account to "
                    + "`/etc/asterisk/manager.d/appliance.conf`, and the secret where there is none; `kept`: you do.") { Default = "made" },
                new("tasks-max", new IntegerType(1, 100_000), "Waiting tasks that are still well.") { Default = "500" },
            ]),
            new("dahdi", "Telephone lines are there, without an alarm that stops calls (RED, BLUE, LOOP, NOTOPEN).",
                [new("spans", Spans, "Numbers of the spans, as in `/proc/dahdi`.") { Required = true }]),
        ],
    };

    private static readonly ImmutableArray<Key> Common =
    [
        new("name", Types.Name, "Name, unique in its group.") { Required = true },
        new("type", new ChoiceType("ip", "source-route", "mount", "bind", "service", "lsb", "ocf", "exec", "replica", "dahdi", "tdm",
            "led", "panel", "notify"), "Kind.")
            { Required = true },
        new("after", new ListType(Types.Name, 0, Limits.ResourcesMax, "[\"vip\"]"),
            "Resources of the same group that must be started first.") { Default = "[]" },
        new("restarts", new SectionType(Restarts), "Restart budget, see `restarts`.") { Default = "{}" },
        new("probe", new SectionType(Probe), "How its health is asked for, see `probe`."),
    ];

    public static readonly SectionSchema Resource = new("[[group.resource]]", "One thing a group starts, watches and stops.", Common)
    {
        Discriminator = "type",
        Variants =
        [
            new("ip", "A service address: checked for duplicates, added, announced.",
            [
                new("address", new PrefixType(network: false), "Address with prefix length.") { Required = true },
                new("interface", Types.Interface, "Interface that carries it.") { Required = true },
                new("source-route", Types.Boolean, "Packets to the connected network leave with this address.") { Default = "false" },
                new("refresh", Types.Duration("1s", "1h"), "Pause between repeated announcements.") { Default = "30s" },
                .. Timing("10s", "5s"),
            ]),
            new("source-route", "Packets to a network leave with a service address.",
            [
                new("network", new PrefixType(network: true), "Destination, or `default`.") { Required = true },
                new("source", Types.Address, "Address the packets leave with.") { Required = true },
                new("interface", Types.Interface, "Interface they leave by.") { Required = true },
                .. Timing("10s", "20s"),
            ]),
            new("mount", "A file system.",
            [
                new("device", Types.Path, "Block device.") { Required = true },
                new("directory", Types.Path, "Where it is mounted.") { Required = true },
                new("fstype", Types.Text, "File system, for example `ext4`.") { Required = true },
                new("options", Types.Text, "Mount options, separated by commas.") { Default = "" },
                .. Timing("10s", "20s"),
            ]),
            new("bind", "Directories of the mounted file system over the system's own.",
            [
                new("paths", new ListType(Types.Path, 1, Limits.ResourcesMax, "[\"/etc/asterisk\"]"),
                    "Directories that are covered; `FROM/etc/asterisk` over `/etc/asterisk`.")
                    { Required = true },
                new("from", Types.Path, "Where the copies are; default: the directory of the group's mount."),
                .. Timing("10s", "20s"),
            ]),
            new("service", "A systemd unit.", [new("unit", Types.Unit, "The unit.") { Required = true }, .. Timing("90s", "20s")]),
            new("lsb", "An init script called with start, stop and status.",
                [new("script", Types.Path, "The script.") { Required = true }, .. Timing("90s", "20s")]),
            new("ocf", "An OCF resource agent.",
            [
                new("agent", Types.Agent, "Class, provider and agent.") { Required = true },
                new("parameters", new StringMapType("{ ip = \"192.168.1.245\" }"), "The agent's parameters.") { Default = "{}" },
                .. Timing("90s", "20s"),
            ]),
            new("exec", "Any programs; exit code 0 is success.",
            [
                new("start", Types.Command, "Absolute path and arguments; no shell.") { Required = true },
                new("stop", Types.Command, "The same.") { Required = true },
                new("monitor", Types.CommandOrNone, "The same; without it the resource is not watched.") { Default = "[]" },
                .. Timing("90s", "20s"),
            ]),
            new("replica", "Makes a replica primary here, so that its device is there.",
                [new("replica", Types.Name, "Name of the `[replica.NAME]`.") { Required = true }, .. Timing("20s", "20s")]),
            new("dahdi", "The telephone-line drivers of the kernel: modules loaded, spans configured, alarms waited for.",
            [
                new("modules", new ListType(Types.Module, 0, ModulesMax, "[\"dahdi\", \"wct4xxp\"]"),
                    "Kernel modules, loaded in this order.") { Default = "[]" },
                new("config", Types.Path, "File for `dahdi_cfg -c`.") { Default = "/etc/dahdi/system.conf" },
                new("wait-for", Spans, "Numbers of the spans that must be able to carry calls before the start is done."),
                new("alarm-timeout", Types.Duration("0ms", "10m"), "How long a start waits for them.") { Default = "10s" },
                new("alarms", new ChoiceType("fail", "warn"),
                    "What a span of `wait-for` with an alarm is: a failure of the resource, or something that is only told.")
                    { Default = "fail" },
                new("unload", Types.Boolean, "A stop takes the modules out again, last first.") { Default = "false" },
                .. Timing("60s", "20s"),
            ]),
            new("tdm", "Switches the telephone lines to this node.",
                [new("device", Types.Name, "Name of the `[device.NAME]`.") { Required = true }, .. Timing("10s", "3s")]),
            new("led", "Heartbeat's way to a light; here `[panel]` shows every group by itself.", default) { Later = LaterPanel },
            new("panel", "The same on a display.", default) { Later = LaterPanel },
            new("notify", "Tells somebody when the group starts or stops; here `[alert.NAME]` tells it by itself.", default)
                { Later = LaterAlert },
        ],
    };

    private static ImmutableArray<Key> Timing(string start, string stop) =>
    [
        new("start-timeout", Types.Duration("100ms", "1h"), "After this a start has failed.") { Default = start },
        new("stop-timeout", Types.Duration("100ms", "1h"),
            "After this a stop is escalated; after twice this it has failed.") { Default = stop },
        new("monitor-timeout", Types.Duration("100ms", "10m"), "After this one look at the resource has failed.") { Default = "10s" },
        new("monitor-interval", Types.Duration("100ms", "1h"),
            "Pause between two looks, for kinds that have to be polled.") { Default = "10s" },
    ];
}
