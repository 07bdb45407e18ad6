using System.Collections.Immutable;

namespace Appliance.Core.Configuration.Schema;

/// <summary>The keys of <c>[fence.NAME]</c>.</summary>
public static class FenceSchema
{
    public static readonly SectionSchema Fence = new(
        "[fence.NAME]",
        "A device that switches a node off. With one for the other node, this node takes over from a silent peer only when the device says "
            + "that it is off.",
        [
            new("driver", new ChoiceType("relay", "gpio", "ipmi", "agent", "exec"), "Kind of device.") { Required = true },
            new("node", Types.Name, "Node that it switches off.") { Required = true },
            new("order", new IntegerType(1, 9), "Devices of one node are tried in this order; the first that confirms is enough.")
                { Default = "1" },
            new("timeout", Types.Duration("1s", "5m"), "Off and confirmed by then, or it has failed.") { Default = "20s" },
            new("hold", Types.Duration("0ms", "10m"),
                "How long the node stays off before it is switched on again; `0ms`: until a person does it.") { Default = "10s" },
        ])
    {
        Discriminator = "driver",
        Variants =
        [
            new("relay", "A relay of `[device.NAME]` whose contacts carry the node's power. It must be one that can be read back.",
            [
                new("device", Types.Name, "Name of the relay.") { Required = true },
                new("off-position", new ChoiceType("A", "B"), "Where the node has no power; A lets it run when the relay has none itself.")
                    { Default = "A" },
            ]),
            new("gpio", "A GPIO line that cuts the node's power while it is active.",
            [
                new("line", new GpioLineType(), "Chip and number of the line.") { Required = true },
                new("active-low", Types.Boolean, "The low level cuts the power.") { Default = "false" },
                new("sense", new GpioLineType(),
                    "A line that is active while the node has power; without it the driven line is read back."),
            ]),
            new("exec", "Commands of your own.",
            [
                new("off", Types.Command, "Switches the node off.") { Required = true },
                new("status", Types.Command, "Prints `off` or `on` as its last word and ends with 0; anything else is unknown.")
                    { Required = true },
                new("on", Types.CommandOrNone, "Switches it on again; without it `hold` must be `0ms`.") { Default = "" },
            ]),
            new("ipmi", "A management controller, by `ipmitool`.",
            [
                new("address", Types.Address, "Numeric address of the controller.") { Required = true },
                new("port", Types.Port, "UDP port of the controller.") { Default = "623" },
                new("user", Types.Text, "User name.") { Required = true },
                new("password-file", Types.Path, "File that holds the password, readable by root only.") { Required = true },
                new("interface", new ChoiceType("lanplus", "lan"), "IPMI 2.0 or 1.5.") { Default = "lanplus" },
                new("tool", Types.Path, "The program.") { Default = "/usr/bin/ipmitool" },
            ]),
            new("agent", "A script of the fence-agents collection.",
            [
                new("agent", new StringType("agent", "a fence agent, for example \"fence_apc\", or its absolute path", AgentFault),
                    "The script, in `/usr/sbin` unless a path.") { Required = true },
                new("parameters", new StringMapType("{ ip = \"192.168.1.7\", plug = 3 }"), "What it reads on its standard input.")
                    { Default = "{}" },
                new("password-file", Types.Path, "File that holds the password, given as `password`."),
            ]),
        ],
    };

    /// <summary>Of <c>[cluster]</c>.</summary>
    public static Key Delay { get; } = new("fence-delay", Types.Duration("0ms", "1m"),
        "How much longer the node that does not serve waits before it fences a silent peer: longer than a fence device needs.")
        { Default = "3s" };

    private static string? AgentFault(string text)
    {
        if (text.StartsWith('/')) return Types.IsPath(text) ? null : "it is no plain absolute path";
        return text.StartsWith("fence_", StringComparison.Ordinal) && text.All(
            letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-') && text.Length <= 64 ? null : "a name begins with fence_";
    }
}
