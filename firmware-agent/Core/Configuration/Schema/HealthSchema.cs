using System.Collections.Immutable;

namespace Appliance.Core.Configuration.Schema;

/// <summary>The keys of <c>[health]</c> and <c>[sensor.NAME]</c>.</summary>
public static class HealthSchema
{
    private static readonly KeyType Percent = new IntegerType(1, 100);
    private static readonly KeyType Celsius = new IntegerType(20, 125);

    public static readonly SectionSchema Health = new(
        "[health]",
        "What a node finds wrong with itself. It lessens its score, is told, and says which node should serve when both could. The "
            + "defaults are in force without the section.",
        [
            new("interval", Types.Duration("1s", "10m"), "Pause between two looks.") { Default = "10s" },
            new("on-critical", new ChoiceType("stay", "move"),
                "A serving node that is critical goes on, or gives its groups to a peer that is fit and not critical. Moving ends calls.")
                { Default = "stay" },
            new("settle", Types.Duration("1s", "1h"), "With `move`: it must be so for this long.") { Default = "1m" },
            new("paths", new ListType(Types.Path, 0, 16, "[\"/var/log\"]"),
                "Folders whose file systems must have room, beside the state directory and what the groups have mounted.")
                { Default = "[]" },
            new("space-warning", Percent, "Percent of room or inodes used.") { Default = "85" },
            new("space-critical", Percent, "The same, critical.") { Default = "95" },
            new("disk-deadline", Types.Duration("0ms", "10m"),
                "A small write to the state directory, past the page cache, must be durable by then, else it is critical; from a fifth of "
                    + "it on a warning; `0ms`: it is not tried.") { Default = "5s" },
            new("memory-warning", Percent, "Percent of the memory available.") { Default = "10" },
            new("memory-critical", Percent, "The same, critical.") { Default = "4" },
            new("pressure-warning", Percent, "Percent of the last minute in which tasks waited (pressure stall information).")
                { Default = "60" },
            new("pressure-critical", Percent, "The same, critical.") { Default = "90" },
            new("temperature-warning", Celsius, "Degrees Celsius of the hottest sensor; hardware that names a lower limit is believed.")
                { Default = "80" },
            new("temperature-critical", Celsius, "The same, critical.") { Default = "95" },
            new("link-errors", new IntegerType(0, 1_000_000),
                "Damaged frames within a minute, on an interface that the pair uses, that are a warning; `0`: they are not looked at.")
                { Default = "10" },
            new("clock", Types.Boolean, "A clock that is not synchronized is a warning.") { Default = "true" },
            new("smart", Types.Boolean, "Drives are asked with `smartctl` every half hour, where it is installed.") { Default = "true" },
        ]);

    public static readonly SectionSchema Sensor = new(
        "[sensor.NAME]",
        "A sensor of your own, asked on both nodes.",
        [
            new("type", new ChoiceType("exec", "http"), "How it is asked.") { Default = "exec" },
            new("interval", Types.Duration("1s", "24h"), "Pause between two questions.") { Default = "1m" },
            new("timeout", Types.Duration("100ms", "1m"), "No answer by then: it is unknown with `exec`, as another status with `http`.")
                { Default = "10s" },
        ])
    {
        Discriminator = "type",
        Variants =
        [
            new("exec", "A program as monitoring systems have them: exit code 0 good, 1 warning, 2 critical, anything else unknown; the "
                + "first line of its output is shown.",
                [new("command", Types.Command, "Program and arguments.") { Required = true }]),
            new("http", "A GET of HTTP/1.1.",
            [
                new("address", Types.Address, "Numeric address.") { Required = true },
                new("port", Types.Port, "TCP port.") { Default = "80" },
                new("path", new StringType("path", "a path of a URL, for example \"/health\"", PathFault), "What is asked for.")
                    { Default = "/" },
                new("status", new IntegerType(100, 599), "The answer that is good.") { Default = "200" },
                new("level", new ChoiceType("warning", "critical"), "What another answer, or none, means.") { Default = "warning" },
            ]),
        ],
    };

    public static ImmutableArray<Key> RootKeys { get; } =
    [
        new("health", new SectionType(Health), "What a node finds wrong with itself."),
        new("sensor", new NamedSectionsType(Sensor, Types.Name), "Sensors of your own, see `[sensor.NAME]`."),
    ];

    public static ImmutableArray<SectionSchema> All { get; } = [Health, Sensor];

    private static string? PathFault(string text) =>
        !text.StartsWith('/') ? "it does not begin with \"/\"" : text.Length > 1024 ? $"it has {text.Length} characters, at most 1024"
        : text.All(letter => letter is > ' ' and <= '~') ? null : "another character is in it";
}
