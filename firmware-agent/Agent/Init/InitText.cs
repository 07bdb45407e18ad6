using System.Security.Cryptography;
using System.Text;

namespace Appliance.Agent.Init;

/// <summary>The file that <c>appliance init</c> writes.</summary>
public static class InitText
{
    /// <param name="questions">What was asked.</param>
    /// <param name="answer">What was answered; empty: none.</param>
    /// <param name="keyFile">Absolute path of the key file.</param>
    public static string Write(Questions questions, Func<Question, string> answer, string keyFile)
    {
        var text = new StringBuilder();
        text.Append($"""
            # {ConfigFileName} - the same file on both nodes.
            # "appliance config check" says what is wrong with it, "appliance config show" prints it with every default.

            [cluster]
            name = "{answer(questions.Cluster)}"
            key-file = "{keyFile}"

            [[node]]
            name = "{answer(questions.NodeA)}"
            [[node]]
            name = "{answer(questions.NodeB)}"

            [heartbeat]
            keepalive = "100ms"
            deadtime = "600ms"

            """);
        Links(text, questions, answer);
        if (answer(questions.Ping) is { Length: > 0 } ping) text.Append($"\n[[ping]]\naddress = \"{ping}\"\n");
        if (questions.ForSticks) Network(text, questions, answer);
        var isReplicated = Replica(text, questions, answer);
        text.Append("\n[[group]]\nname = \"pbx\"\n");
        if (isReplicated) text.Append(DataResources);
        Services(text, answer(questions.ServiceAddress), answer(questions.LanInterface), isReplicated);
        return text.ToString();
    }

    public const string ConfigFileName = "appliance.toml";

    private static void Links(StringBuilder text, Questions questions, Func<Question, string> answer)
    {
        var (nodeA, nodeB) = (answer(questions.NodeA), answer(questions.NodeB));
        if (answer(questions.ClusterInterface) is { Length: > 0 } cable)
            text.Append($$"""

                [[heartbeat.link]]
                name = "cable"
                type = "udp"
                interface = "{{cable}}"
                address = { "{{nodeA}}" = "{{answer(questions.CableA)}}", "{{nodeB}}" = "{{answer(questions.CableB)}}" }

                """);
        text.Append($"""

            [[heartbeat.link]]
            name = "lan"
            type = "udp"
            interface = "{answer(questions.LanInterface)}"
            group = "{Multicast(answer(questions.Cluster))}"

            """);
        if (answer(questions.Serial) is { Length: > 0 } serial)
            text.Append($"""

                [[heartbeat.link]]
                name = "serial"
                type = "serial"
                device = "{serial}"
                baud = 115200

                """);
    }

    /// <summary>Interfaces and firewall of nodes that run the image: telephony and ssh from the LAN.</summary>
    private static void Network(StringBuilder text, Questions questions, Func<Question, string> answer)
    {
        var (nodeA, nodeB, lan) = (answer(questions.NodeA), answer(questions.NodeB), answer(questions.LanA));
        text.Append($"\n[network]\n\n[[network.interface]]\nname = \"{answer(questions.LanInterface)}\"\n");
        text.Append(lan.Length == 0 ? "dhcp = true\n"
            : $"address = {{ \"{nodeA}\" = \"{lan}\", \"{nodeB}\" = \"{answer(questions.LanB)}\" }}\n");
        if (answer(questions.Gateway) is { Length: > 0 } gateway) text.Append($"gateway = \"{gateway}\"\n");
        if (answer(questions.Dns) is { Length: > 0 } dns) text.Append($"dns = [\"{dns}\"]\n");
        if (answer(questions.ServiceAddress).Contains(':', StringComparison.Ordinal)) text.Append("ipv6 = \"slaac\"\n");
        if (answer(questions.ClusterInterface) is { Length: > 0 } cable)
        {
            var (first, second) = (answer(questions.CableA), answer(questions.CableB));
            var (key, bits, six) = first.Contains(':', StringComparison.Ordinal) ? ("ipv6-address", 64, "ipv6 = \"static\"\n")
                : ("address", 24, "");
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\n[[network.interface]]\nname = \"{cable}\"\n{six}"
                + $"{key} = {{ \"{nodeA}\" = \"{first}/{bits}\", \"{nodeB}\" = \"{second}/{bits}\" }}\n");
        }

        text.Append("\n[firewall]\n");
        foreach (var service in new[] { "ssh", "sip", "rtp" }) text.Append($"\n[[firewall.open]]\nservice = \"{service}\"\n");
    }

    /// <summary>Nodes that run the image have a partition for the data, and copy it over the cable, or else between their fixed addresses
    /// on the LAN. False: there is neither, so there is no way to copy it.</summary>
    private static bool Replica(StringBuilder text, Questions questions, Func<Question, string> answer)
    {
        if (!questions.ForSticks) return false;
        var isCabled = answer(questions.ClusterInterface).Length > 0;
        var first = isCabled ? answer(questions.CableA) : WithoutPrefix(answer(questions.LanA));
        var second = isCabled ? answer(questions.CableB) : WithoutPrefix(answer(questions.LanB));
        if (first.Length == 0) return false;
        text.Append($$"""

            [replica.data]
            disk = "/dev/disk/by-partlabel/appliance-data"
            device = "/dev/appliance/data"
            protocol = "C"
            address = { "{{answer(questions.NodeA)}}" = "{{Port(first)}}", "{{answer(questions.NodeB)}}" = "{{Port(second)}}" }

            """);
        return true;

        static string WithoutPrefix(string address) => address.Split('/')[0];
        static string Port(string address) => address.Contains(':', StringComparison.Ordinal) ? $"[{address}]:7788" : $"{address}:7788";
    }

    private const string DataResources = """

          [[group.resource]]
          name = "data"
          type = "replica"
          replica = "data"

          [[group.resource]]
          name = "fs"
          type = "mount"
          after = ["data"]
          device = "/dev/appliance/data"
          directory = "/srv/appliance"
          fstype = "ext4"

          [[group.resource]]
          name = "directories"
          type = "bind"
          after = ["fs"]
          paths = ["/etc/asterisk", "/var/lib/asterisk", "/var/spool/asterisk", "/var/lib/mysql"]

        """;

    private static void Services(StringBuilder text, string address, string lan, bool isReplicated) => text.Append($$"""

          [[group.resource]]
          name = "vip"
          type = "ip"
          address = "{{address}}"
          interface = "{{lan}}"
          source-route = true

          [[group.resource]]
          name = "mysql"
          type = "service"{{(isReplicated ? "\n  after = [\"directories\"]" : "")}}
          unit = "mariadb.service"
          probe = { type = "mysql" }

          [[group.resource]]
          name = "asterisk"
          type = "service"
          after = ["vip", "mysql"]
          unit = "asterisk.service"
          probe = { type = "asterisk", interval = "1s", layers = ["cli", "sip"] }

        """);

    /// <summary>From the organisation-local range (RFC 2365), chosen by the name so that two pairs on one LAN hardly ever meet.</summary>
    private static string Multicast(string cluster)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(cluster));
        return $"239.{192 + hash[0] % 4}.{hash[1]}.{hash[2]}";
    }
}
