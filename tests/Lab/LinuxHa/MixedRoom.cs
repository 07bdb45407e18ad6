using Appliance.Lab.Host;
using Appliance.Lab.Setup;

namespace Appliance.Lab.LinuxHa;

/// <summary>
/// A real Heartbeat on pbx-a and our agent on pbx-b, in two namespaces joined by a veth pair and a serial cable. Everything made here
/// carries a prefix of this run and goes away with it.
/// </summary>
public sealed class MixedRoom : IDisposable
{
    /// <summary>The groups: a line of haresources each, the first one with pbx-a in front.</summary>
    public static readonly string[] Groups = ["dummya", "dummyb"];

    private readonly string _prefix = $"alh{Random.Shared.Next(0x1000):x3}";
    private readonly CancellationTokenSource _end = new();
    private readonly List<Thread> _threads = [];
    private readonly PseudoTerminal[] _cable = [new(), new()];
    private int _doubles;

    /// <param name="binary">Our executable.</param>
    /// <param name="allMedia">Broadcast, multicast, unicast and serial at once; else unicast alone.</param>
    public MixedRoom(string binary, bool allMedia)
    {
        Method = allMedia ? "md5" : "sha1";
        Folder = $"{Path.GetTempPath().TrimEnd('/')}/{_prefix}";
        Directory.CreateDirectory(Folder);
        foreach (var name in Namespaces)
        {
            HostCommand.Run("ip", "netns", "add", name);
            HostCommand.Run("ip", "-n", name, "link", "set", "lo", "up");
        }

        HostCommand.Run("ip", "-n", Namespaces[0], "link", "add", "eth1", "type", "veth", "peer", "name", "eth1", "netns", Namespaces[1]);
        for (var node = 0; node < 2; node++)
            HostCommand.Run("ip", "-n", Namespaces[node], "address", "add", $"10.9.8.{node + 1}/24", "broadcast", "10.9.8.255", "dev",
                "eth1");
        SetWire(up: true);
        File.WriteAllText($"{Folder}/dummy", Script);
        File.SetUnixFileMode($"{Folder}/dummy", (UnixFileMode)0b111_101_101);
        Heartbeat = new HeartbeatBox(this, Namespaces[0], allMedia, _cable[0].PortPath);
        Agent = new AgentBox(this, binary, 'b', Namespaces[1], allMedia, _cable[1].PortPath);
        OtherAgent = new AgentBox(this, binary, 'a', Namespaces[0], allMedia, _cable[0].PortPath);
        Watch(() => Carry(_cable[0], _cable[1]));
        Watch(() => Carry(_cable[1], _cable[0]));
        Watch(CountDoubles);
    }

    /// <summary>How messages are signed.</summary>
    public string Method { get; }

    /// <summary>Files of both nodes.</summary>
    public string Folder { get; }

    public HeartbeatBox Heartbeat { get; }

    /// <summary>Our agent on pbx-b.</summary>
    public AgentBox Agent { get; }

    /// <summary>Our agent in the place of the Heartbeat, when that was replaced.</summary>
    public AgentBox OtherAgent { get; }

    /// <summary>Counts from now on.</summary>
    public void ForgetDoubles() => Volatile.Write(ref _doubles, 0);

    /// <summary>How often a group was found running on both nodes.</summary>
    public int Doubles => Volatile.Read(ref _doubles);

    private string[] Namespaces => [$"{_prefix}-a", $"{_prefix}-b"];

    /// <summary>The groups that run on a node, a or b.</summary>
    public string Running(char node) => string.Join(' ', Groups.Where(group => File.Exists(RunFile(node, group))));

    /// <summary>A file that exists while a group runs on a node.</summary>
    public string RunFile(char node, string group) => $"{Folder}/run.{node}.{group}";

    /// <summary>What the node's power switch does to its groups.</summary>
    public void Forget(char node)
    {
        foreach (var group in Groups) File.Delete(RunFile(node, group));
    }

    /// <summary>Ends everything and forgets what ran.</summary>
    public void Clear()
    {
        Agent.Kill();
        OtherAgent.Kill();
        Heartbeat.Kill();
        Forget('a');
        Forget('b');
        Agent.Configure("3s");
    }

    public void SetWire(bool up)
    {
        foreach (var name in Namespaces) HostCommand.Run("ip", "-n", name, "link", "set", "eth1", up ? "up" : "down");
    }

    /// <summary>Loses every n-th datagram to each node; 0 ends it.</summary>
    public void Lose(int every)
    {
        foreach (var name in Namespaces)
        {
            HostCommand.Try("ip", "netns", "exec", name, "nft", "delete", "table", "inet", "lose");
            if (every == 0) continue;
            HostCommand.Run("ip", "netns", "exec", name, "nft",
                "add table inet lose; add chain inet lose input { type filter hook input priority 0; }; "
                    + $"add rule inet lose input meta l4proto udp numgen inc mod {every} 0 drop");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Cancel();
        Agent.Dispose();
        OtherAgent.Dispose();
        Heartbeat.Dispose();
        foreach (var thread in _threads) thread.Join();
        foreach (var end in _cable) end.Dispose();
        foreach (var name in Namespaces)
            if (LabNetwork.NamespaceExists(name)) HostCommand.Run("ip", "netns", "delete", name);
        HostCommand.Run("rm", "--recursive", "--force", "--one-file-system", Folder);
        _end.Dispose();
    }

    /// <summary>A group on both nodes: dummy NODE|auto GROUP start|stop|status|monitor. The node shows by its address.</summary>
    private const string Script = """
        #!/bin/sh
        node=$1
        [ "$node" != auto ] || if ip -oneline address show dev eth1 | grep -q ' 10\.9\.8\.1/'; then node=a; else node=b; fi
        f="$(dirname "$0")/run.$node.$2"
        case "$3" in
        start) : >"$f" ;;
        stop) rm -f "$f" ;;
        status) if [ -e "$f" ]; then echo running; else echo stopped; fi ;;
        monitor) [ -e "$f" ] ;;
        esac

        """;

    private void Watch(Action work)
    {
        var thread = new Thread(() => work()) { IsBackground = true };
        _threads.Add(thread);
        thread.Start();
    }

    private void Carry(PseudoTerminal from, PseudoTerminal to)
    {
        var buffer = new byte[256];
        while (!_end.IsCancellationRequested)
            if (from.Read(buffer, 200) is > 0 and var count) to.Write(buffer.AsSpan(0, count));
    }

    private void CountDoubles()
    {
        while (!_end.IsCancellationRequested)
        {
            foreach (var group in Groups)
                if (File.Exists(RunFile('a', group)) && File.Exists(RunFile('b', group))) Interlocked.Increment(ref _doubles);
            Thread.Sleep(5);
        }
    }
}
