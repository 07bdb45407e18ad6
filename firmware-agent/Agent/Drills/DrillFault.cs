using Appliance.Core.Configuration;

namespace Appliance.Agent.Drills;

/// <summary>What is rehearsed. Read from the words of <c>--fault</c>.</summary>
public abstract class DrillFault
{
    private const int SlackMs = 500;

    /// <summary>systemd tells the death of a process by itself.</summary>
    private const int DeathMs = 1000;

    private DrillFault()
    {
    }

    /// <summary>The words it is called by.</summary>
    public abstract string Word { get; }

    /// <summary>Calls end.</summary>
    public virtual bool TouchesService => true;

    /// <summary>The agent must find it out within that many milliseconds, as it is configured; 0: there is nothing to find out.</summary>
    public int NoticeMs { get; init; }

    /// <summary>It is taken back after that many milliseconds if nobody has found it out.</summary>
    public int BoundMs => (2 * NoticeMs) + 2000;

    /// <summary>A group is moved to the other node by agreement, and stays there.</summary>
    public sealed class Switchover(string group) : DrillFault
    {
        public string Group => group;

        public override string Word => $"switchover {Group}";
    }

    /// <summary>The processes of a service stand still (SIGSTOP) or are killed (SIGKILL).</summary>
    public sealed class Signal(string group, string resource, string unit, bool hangs) : DrillFault
    {
        public string Group => group;

        public string Resource => resource;

        public string Unit => unit;

        /// <summary>SIGSTOP; else SIGKILL.</summary>
        public bool Hangs => hangs;

        public override string Word => $"{Resource}-{(Hangs ? "hang" : "kill")}";
    }

    /// <summary>Heartbeats that arrive over one link are dropped on this node.</summary>
    public sealed class Link(string name, string device, int port) : DrillFault
    {
        public string Name => name;

        public string Interface => device;

        public int Port => port;

        public override string Word => $"link {Name}";

        public override bool TouchesService => false;
    }

    /// <summary>Null and what can be said when the words name nothing of the configuration.</summary>
    public static DrillFault? Read(string words, ApplianceConfig config, out string problem)
    {
        var all = All(config);
        problem = "";
        var word = string.Join(' ', words.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (word == "switchover" && config.Groups.Length == 1) word = all[0].Word;
        foreach (var fault in all)
            if (fault.Word == word) return fault;
        problem = $"'{words}' cannot be rehearsed with this configuration; there are {string.Join(", ", all.Select(fault => fault.Word))}";
        return null;
    }

    private static List<DrillFault> All(ApplianceConfig config)
    {
        var all = new List<DrillFault>();
        foreach (var group in config.Groups) all.Add(new Switchover(group.Name));
        foreach (var group in config.Groups)
        {
            foreach (var resource in group.Resources)
            {
                if (resource.What is not ResourceKind.Service service) continue;
                all.Add(new Signal(group.Name, resource.Name, service.Unit, hangs: true) { NoticeMs = Verdict(resource.Probe) });
                all.Add(new Signal(group.Name, resource.Name, service.Unit, hangs: false) { NoticeMs = DeathMs });
            }
        }

        foreach (var link in config.Links)
            if (OfLink(link, Ms(config.Heartbeat.Deadtime + config.Heartbeat.Keepalive) + SlackMs) is { } fault) all.Add(fault);
        return all;
    }

    /// <summary>The longest way to a verdict: the hang begins just after a good answer. 0: nobody asks.</summary>
    private static int Verdict(ProbeConfig? probe)
    {
        if (probe is null) return 0;
        var pace = probe.Interval > probe.Timeout ? probe.Interval : probe.Timeout;
        return Ms(probe.Interval + probe.Timeout) + ((probe.Misses - 1) * Ms(pace)) + SlackMs;
    }

    private static int Ms(TimeSpan span) => (int)span.TotalMilliseconds;

    private static Link? OfLink(LinkConfig config, int noticeMs) => config switch
    {
        LinkConfig.Unicast link => new Link(link.Name, link.Interface, link.Port) { NoticeMs = noticeMs },
        LinkConfig.Multicast link => new Link(link.Name, link.Interface, link.Port) { NoticeMs = noticeMs },
        LinkConfig.Broadcast link => new Link(link.Name, link.Interface, link.Port) { NoticeMs = noticeMs },
        // Nothing of ours stands between the agent and a serial line.
        _ => null,
    };
}
