using System.Text.Json;
using Appliance.Lab.Host;

namespace Appliance.Lab.LinuxHa;

/// <summary>Our agent as a node with <c>compat = "linux-ha-3"</c>.</summary>
public sealed class AgentBox : IDisposable
{
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(20);

    private readonly MixedRoom _room;
    private readonly string _binary;
    private readonly char _node;
    private readonly string _namespace;
    private readonly string _links;
    private ProcessId? _process;

    public AgentBox(MixedRoom room, string binary, char node, string inNamespace, bool allMedia, string port)
    {
        (_room, _binary, _node, _namespace) = (room, binary, node, inNamespace);
        if (!File.Exists(binary)) throw new LabException($"{binary} does not exist; build it with: bash tests/publish.sh");
        const string unicast = """
            [[heartbeat.link]]
            name = "ucast"
            type = "udp"
            interface = "eth1"
            address = { pbx-a = "10.9.8.1", pbx-b = "10.9.8.2" }
            port = 695

            """;
        _links = !allMedia ? unicast : unicast + $"""
            [[heartbeat.link]]
            name = "bcast"
            type = "udp"
            interface = "eth1"
            broadcast = true
            [[heartbeat.link]]
            name = "mcast"
            type = "udp"
            interface = "eth1"
            group = "239.192.0.42"
            port = 696
            [[heartbeat.link]]
            name = "serial"
            type = "serial"
            device = "{port}"
            baud = 115200

            """;
        Secret("cluster.key", "1 hmac-sha256 " + string.Concat(Enumerable.Range(1, 32).Select(number => $"{number:x2}")) + "\n");
        SetKey("laboratory-only");
        Configure("3s");
    }

    /// <summary>Its daemon runs.</summary>
    public bool IsOn => _process is { IsAlive: true };

    /// <summary>Everything it has said.</summary>
    public string Journal => File.Exists(Path("journal")) ? File.ReadAllText(Path("journal")) : "";

    /// <summary>Of the messages it sends; in its state file.</summary>
    public long Generation => long.Parse(File.ReadLines($"{Path("state")}/state")
        .First(line => line.StartsWith("incarnation ", StringComparison.Ordinal)).Split(' ')[1]);

    public void SetKey(string key) => Secret("authkeys", $"auth 1\n1 {_room.Method} {key}\n");

    /// <summary>Writes the configuration; a longer <paramref name="initdead"/> keeps a node that hears nobody from taking.</summary>
    public void Configure(string initdead, bool compat = true) => File.WriteAllText(Path("appliance.toml"), $"""
        [cluster]
        name = "lab"
        key-file = "{_room.Folder}/b.cluster.key"
        [[node]]
        name = "pbx-a"
        [[node]]
        name = "pbx-b"
        [health]                      # of the machine that carries the boxes: nothing the pair could mend
        clock = false
        memory-warning = 2
        memory-critical = 1
        pressure-warning = 99
        pressure-critical = 100
        space-warning = 99
        space-critical = 100
        disk-deadline = "1m"

        [heartbeat]
        {(compat ? $"compat = \"linux-ha-3\"\nauthkeys = \"{_room.Folder}/b.authkeys\"" : "")}
        keepalive = "200ms"
        warntime = "1s"
        deadtime = "2s"
        initdead = "{initdead}"
        {_links}
        {string.Concat(MixedRoom.Groups.Select(Group))}
        """);

    public void Start() => _process = HostCommand.StartDetached(Path("journal"),
        $"exec ip netns exec {_namespace} {_binary} agent --config {Path("appliance.toml")} --node pbx-{_node} --state-dir {Path("state")} "
            + $"--socket {Path("control")}");

    /// <summary>A command of ours.</summary>
    public CommandResult Order(params string[] words) => HostCommand.Try(_binary, [.. words, "--socket", Path("control")]);

    /// <summary>State of a link: Up, Late, Down, Unknown; empty when the agent does not answer.</summary>
    public string Link(string name) => Value(status => status.GetProperty("links").EnumerateArray()
        .First(link => link.GetProperty("name").GetString() == name).GetProperty("state").GetString());

    /// <summary>The line for monitoring systems.</summary>
    public string Oneline => Order("status", "--oneline").Output.Trim();

    /// <summary>It runs with Heartbeat's protocol: then the other node says no digest of its configuration.</summary>
    public bool SpeaksHeartbeat => Value(status => status.GetProperty("config").TryGetProperty("peer_digest", out var digest)
        ? digest.GetString() : null).Length == 0;

    /// <summary>What it says of the other node.</summary>
    public string Peer => Value(status => status.GetProperty("peer").GetProperty("state").GetString());

    /// <summary>Messages refused on a link for a reason.</summary>
    public long Refused(string link, string reason) => long.TryParse(Value(status => status.GetProperty("links").EnumerateArray()
        .First(one => one.GetProperty("name").GetString() == link).GetProperty("rejected").TryGetProperty(reason, out var count)
            ? count.ToString() : "0"), out var refused) ? refused : 0;

    /// <summary>SIGTERM; returns when it has ended.</summary>
    public void Stop()
    {
        _process?.Terminate();
        if (_process?.WaitForEnd(EndLimit) == false) throw new LabException("the agent did not end after SIGTERM");
    }

    /// <summary>SIGSTOP, or SIGCONT.</summary>
    public void Pause(bool on) => HostCommand.Run("kill", on ? "-STOP" : "-CONT", $"{_process!.Number}");

    /// <summary>kill -9; what it ran runs on.</summary>
    public void Kill()
    {
        _process?.Kill();
        _process?.WaitForEnd(EndLimit);
    }

    /// <inheritdoc/>
    public void Dispose() => Kill();

    private string Path(string name) => $"{_room.Folder}/{_node}.{name}";

    private void Secret(string name, string text)
    {
        File.WriteAllText(Path(name), text);
        File.SetUnixFileMode(Path(name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private string Group(string group)
    {
        string Call(string what) => $"[\"{_room.Folder}/dummy\", \"auto\", \"{group}\", \"{what}\"]";
        return $"""

            [[group]]
            name = "{group}"
            preferred = "pbx-{group[^1]}"
            [[group.resource]]
            name = "dummy"
            type = "exec"
            start = {Call("start")}
            stop = {Call("stop")}
            monitor = {Call("monitor")}

            """;
    }

    private string Value(Func<JsonElement, string?> of)
    {
        var answer = Order("status", "--json");
        if (answer.Output.Length == 0) return "";
        using var document = JsonDocument.Parse(answer.Output);
        return of(document.RootElement) ?? "";
    }
}
