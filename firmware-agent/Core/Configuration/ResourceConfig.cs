using System.Collections.Immutable;
using Appliance.Core.Configuration.Schema;

namespace Appliance.Core.Configuration;

/// <summary>One thing a group starts, watches and stops.</summary>
/// <param name="Name">Unique in the group.</param>
/// <param name="After">Names of resources of the same group that must be started first.</param>
/// <param name="What">What it is.</param>
/// <param name="Timing">Bounds of its operations.</param>
/// <param name="Restarts">Local restart budget.</param>
/// <param name="Probe">How its health is asked for, if it is.</param>
public sealed record ResourceConfig(
    string Name,
    ImmutableArray<string> After,
    ResourceKind What,
    TimingConfig Timing,
    RestartConfig Restarts,
    ProbeConfig? Probe);

/// <param name="Start">After this a start has failed.</param>
/// <param name="Stop">After this the stop is escalated (SIGKILL where there is a process); after twice this it has failed.</param>
/// <param name="Monitor">After this one monitor call (ocf, lsb, exec) has failed.</param>
/// <param name="MonitorInterval">Pause between monitor calls of kinds that have to be polled (ocf, lsb, exec, mount).</param>
public sealed record TimingConfig(TimeSpan Start, TimeSpan Stop, TimeSpan Monitor, TimeSpan MonitorInterval);

/// <summary>At most <paramref name="Max"/> local restarts within <paramref name="Within"/>; then the group fails over.</summary>
/// <param name="Max">0 means: never restart locally.</param>
/// <param name="Within">Sliding window.</param>
/// <param name="Delay">Pause before the first restart; doubles each time up to <paramref name="DelayMax"/>.</param>
/// <param name="DelayMax">Ceiling of the pause.</param>
public sealed record RestartConfig(int Max, TimeSpan Within, TimeSpan Delay, TimeSpan DelayMax);

/// <summary>The kinds of resource (architecture §6).</summary>
public abstract record ResourceKind
{
    private ResourceKind()
    {
    }

    /// <summary>The word in the file's <c>type</c> key.</summary>
    public abstract string Word { get; }

    /// <summary>A service address with its prefix length, e.g. 192.168.1.245/24 on eth0.</summary>
    /// <param name="SourceRoute">Packets of the connected subnet leave with this address (the old fixrouting script).</param>
    /// <param name="Refresh">Period of repeated announcements while active.</param>
    public sealed record Ip(string Address, int PrefixLength, string Interface, bool SourceRoute, TimeSpan Refresh) : ResourceKind
    {
        public override string Word => "ip";
    }

    /// <summary>Makes packets to <paramref name="Network"/> (CIDR, or "default") leave with <paramref name="Source"/>.</summary>
    public sealed record Route(string Network, string Source, string Interface) : ResourceKind
    {
        public override string Word => "source-route";
    }

    public sealed record Mount(string Device, string Directory, string FsType, string Options) : ResourceKind
    {
        public override string Word => "mount";
    }

    /// <summary>Binds <c>From + path</c> over each path.</summary>
    public sealed record Bind(string From, ImmutableArray<string> Paths) : ResourceKind
    {
        public override string Word => "bind";
    }

    /// <summary>A systemd unit.</summary>
    public sealed record Service(string Unit) : ResourceKind
    {
        public override string Word => "service";
    }

    /// <summary>An init script called with start, stop and status (LSB exit codes).</summary>
    public sealed record Lsb(string Script) : ResourceKind
    {
        public override string Word => "lsb";
    }

    /// <summary>An OCF agent, e.g. ocf:heartbeat:IPaddr2.</summary>
    public sealed record Ocf(string Provider, string Agent, ImmutableSortedDictionary<string, string> Parameters) : ResourceKind
    {
        public override string Word => "ocf";
    }

    /// <summary>Makes a replica primary here.</summary>
    /// <param name="Name">Of its <see cref="ReplicaSection"/>.</param>
    public sealed record Replica(string Name) : ResourceKind
    {
        public override string Word => "replica";
    }

    /// <summary>The telephone-line drivers: loaded, configured, waited for.</summary>
    /// <param name="Modules">Loaded in this order.</param>
    /// <param name="ConfigPath">For <c>dahdi_cfg -c</c>.</param>
    /// <param name="WaitFor">Numbers of the spans that must be able to carry calls.</param>
    /// <param name="AlarmTimeout">How long a start waits for them.</param>
    /// <param name="AlarmsFail">A span with an alarm fails the start and the monitor; else it is only told.</param>
    /// <param name="Unload">A stop takes the modules out.</param>
    public sealed record Dahdi(
        ImmutableArray<string> Modules, string ConfigPath, ImmutableArray<int> WaitFor, TimeSpan AlarmTimeout, bool AlarmsFail, bool Unload)
        : ResourceKind
    {
        public override string Word => "dahdi";
    }

    /// <summary>Brings telephone lines to this node.</summary>
    /// <param name="Device">Name of its <see cref="LineDeviceConfig"/>.</param>
    public sealed record Tdm(string Device) : ResourceKind
    {
        public override string Word => "tdm";
    }

    /// <summary>Any programs; exit code 0 is success. <paramref name="MonitorCommand"/> may be empty: then it is not watched.</summary>
    public sealed record Exec(
        ImmutableArray<string> StartCommand,
        ImmutableArray<string> StopCommand,
        ImmutableArray<string> MonitorCommand) : ResourceKind
    {
        public override string Word => "exec";
    }
}

/// <summary>A periodic question about a started resource.</summary>
/// <param name="Interval">From one question to the next.</param>
/// <param name="Timeout">No answer by then is a miss.</param>
/// <param name="Misses">That many misses in a row are a failure.</param>
public abstract record ProbeConfig(TimeSpan Interval, TimeSpan Timeout, int Misses)
{
    /// <summary>The word in the file's <c>type</c> key.</summary>
    public abstract string Word { get; }

    /// <summary>A TCP connect to a numeric address.</summary>
    public sealed record Tcp(TimeSpan Interval, TimeSpan Timeout, int Misses, string Address, int Port)
        : ProbeConfig(Interval, Timeout, Misses)
    {
        public override string Word => "tcp";
    }

    /// <summary>A GET of HTTP/1.1 that is answered with one status.</summary>
    public sealed record Http(TimeSpan Interval, TimeSpan Timeout, int Misses, string Address, int Port, string Path, int Status)
        : ProbeConfig(Interval, Timeout, Misses)
    {
        public override string Word => "http";
    }

    /// <summary>A program; exit code 0 is health.</summary>
    public sealed record Exec(TimeSpan Interval, TimeSpan Timeout, int Misses, ImmutableArray<string> Command)
        : ProbeConfig(Interval, Timeout, Misses)
    {
        public override string Word => "exec";
    }

    /// <summary>Connect and SELECT 1.</summary>
    /// <param name="Socket">Unix socket path; empty means TCP to <paramref name="Host"/>.</param>
    public sealed record Mysql(
        TimeSpan Interval, TimeSpan Timeout, int Misses, string Socket, string Host, int Port, string User, string PasswordFile)
        : ProbeConfig(Interval, Timeout, Misses)
    {
        public override string Word => "mysql";

        /// <summary>Also commits a row in the schema appliance_probe.</summary>
        public bool Write { get; init; }
    }

    /// <summary>Spans of DAHDI are there and can carry calls.</summary>
    /// <param name="Spans">Their numbers.</param>
    public sealed record Dahdi(TimeSpan Interval, TimeSpan Timeout, int Misses, ImmutableArray<int> Spans)
        : ProbeConfig(Interval, Timeout, Misses)
    {
        public override string Word => "dahdi";
    }

    /// <summary>Asterisk, asked through one or several layers.</summary>
    /// <param name="Address">Numeric address to ask by SIP; empty means the group's first service address, else 127.0.0.1.</param>
    public sealed record Asterisk(TimeSpan Interval, TimeSpan Timeout, int Misses, string Address, int SipPort)
        : ProbeConfig(Interval, Timeout, Misses)
    {
        public override string Word => "asterisk";

        /// <summary>Those that count.</summary>
        public AsteriskLayers Layers { get; init; } = AsteriskLayers.Sip;

        /// <summary>That many failing layers are a miss.</summary>
        public int Need { get; init; } = 1;

        /// <summary>The control socket.</summary>
        public string Cli { get; init; } = ResourceSchema.AsteriskSocket;

        /// <summary>Where the manager listens.</summary>
        public Endpoint Ami { get; init; } = new("127.0.0.1", ResourceSchema.AmiPort);

        /// <summary>Account of manager.conf.</summary>
        public string AmiUser { get; init; } = ResourceSchema.AmiUser;

        /// <summary>File whose first line is its secret.</summary>
        public string AmiSecretFile { get; init; } = ResourceSchema.AmiSecretFile;

        /// <summary>The account and its secret are made before each start of Asterisk.</summary>
        public bool MakesAmiAccount { get; init; } = true;

        /// <summary>More waiting tasks in one PJSIP task processor fail the layer "tasks".</summary>
        public int TasksMax { get; init; } = ResourceSchema.TasksMax;
    }
}

/// <summary>Ways into Asterisk, in the order in which they are told.</summary>
[Flags]
public enum AsteriskLayers
{
    None = 0,

    /// <summary>The control socket.</summary>
    Cli = 1,

    /// <summary>The manager interface.</summary>
    Ami = 2,

    /// <summary>SIP OPTIONS to the service address.</summary>
    Sip = 4,

    /// <summary>How many tasks wait in the PJSIP task processors.</summary>
    Tasks = 8,
}
