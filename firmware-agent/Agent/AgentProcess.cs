using System.Runtime.InteropServices;
using Appliance.Agent.Alerts;
using Appliance.Agent.Clock;
using Appliance.Agent.Commands;
using Appliance.Agent.Control;
using Appliance.Agent.Dahdi;
using Appliance.Agent.Decision;
using Appliance.Agent.Fences;
using Appliance.Agent.Health;
using Appliance.Agent.Heartbeat;
using Appliance.Agent.Incidents;
using Appliance.Agent.Journal;
using Appliance.Agent.Lines;
using Appliance.Agent.LinuxHa;
using Appliance.Agent.Panel;
using Appliance.Agent.Replica.Client;
using Appliance.Agent.Replica.Control;
using Appliance.Agent.Resources;
using Appliance.Agent.State;
using Appliance.Agent.Watchdog;
using Appliance.Core.Cluster;
using Appliance.Core.Time;
using Appliance.Drivers.Dahdi;
using Appliance.Drivers.Systemd;
using Appliance.Drivers.Vitals;

namespace Appliance.Agent;

/// <summary>
/// <c>appliance agent</c>: the parts list. Everything is made here with <c>new</c>, top to bottom; then one loop decides until the node
/// leaves.
/// </summary>
public sealed class AgentProcess : IDisposable
{
    private readonly AgentOptions _options;
    private readonly JournalWriter _journal;
    private readonly AgentFiles _files;
    private readonly List<string> _standing;
    private readonly EventStore _events;
    private readonly WakeFd _wake = new();
    private readonly Inbox _inbox;
    private readonly StateWriter _writer;
    private readonly IPairVoice _heartbeat;
    private readonly ReplicaClients _replicas;
    private readonly LineClients _lines;
    private readonly ResourceBoard _resources;
    private readonly DahdiWatch _dahdi;
    private readonly WatchdogThread? _watchdog;
    private readonly FenceBoard _fences;
    private readonly AlertBoard _alerts;
    private readonly HealthWatch _health;
    private readonly IncidentDesk _incidents;
    private readonly List<IDisposable> _signals = [];
    private volatile NodeState _state;
    private ControlServer? _control;
    private FrontPanel? _panel;
    private Reload? _reload;

    private AgentProcess(AgentOptions options, JournalWriter journal, AgentFiles files, List<string> standing)
    {
        (_options, _journal, _files, _standing) = (options, journal, files, standing);
        _events = new EventStore(
            options.StateDirectory, files.Config.Nodes[files.Node], UnixMs, () => (long)BootClock.Now.SinceBoot.TotalMilliseconds,
            text => journal.Say(JournalPriority.Warning, text));
        _alerts = new AlertBoard(
            files.Config, files.Node, _events, options.StateDirectory, () => BootClock.Now, UnixMs,
            text => journal.Say(JournalPriority.Warning, text));
        _incidents = new IncidentDesk(
            files, options.StateDirectory, _events, () => StatusBuilder.Build(_state!, Shell(), BootClock.Now), UnixMs,
            text => journal.Say(JournalPriority.Warning, text));
        _inbox = new Inbox(_wake.Wake);
        var file = new StateFile(options.StateDirectory);
        _state = FirstState(file);
        _writer = new StateWriter(file, _inbox.Post);
        _heartbeat = Voice();
        _replicas = new ReplicaClients(files.Config, ReplicaControl.PathOf, _inbox.Post, Tell);
        _lines = new LineClients(files.Config, files.Node, LineControl.PathOf, () => new LinuxSystemd(), _inbox.Post, Tell);
        _resources = new ResourceBoard(
            files.Config, _inbox.Post, Tell, name => _replicas[name], name => _lines[name],
            Path.Combine(options.StateDirectory, "captures"));
        _dahdi = new DahdiWatch(new LinuxDahdi(), Tell);
        _fences = new FenceBoard(files.Config, 1 - files.Node, _inbox.Post, Tell);
        _health = new HealthWatch(
            () => _state, options.StateDirectory, new LinuxVitals(), new DriveAsker(), () => BootClock.Now, _inbox.Post);
        if (files.Config.Watchdog is not null)
            _watchdog = new WatchdogThread(
                files.Config, options.StateDirectory, () => _heartbeat.Progress, _heartbeat.StandstillBound, Tell);
    }

    /// <summary>What speaks with the other node: our own heartbeat, or Heartbeat's protocol.</summary>
    private IPairVoice Voice()
    {
        void Journal(int priority, string line) => _journal.Say((JournalPriority)priority, line);
        if (_files.Authkeys is { } authkeys)
            return new LinuxHaThread(_state, authkeys, _wake.Wake, Journal, Tell, why => FreshStart.Become(_journal, why));
        return new HeartbeatThread(
            _files.Config, _files.Node, _files.Keys, _state.OnDisk.Incarnation, new FactsBoard(), _wake.Wake, Journal,
            _state.OnDisk.PeerIncarnation) { Observer = _incidents.Hear };
    }

    /// <summary>Runs until the node leaves.</summary>
    public static ExitCode Run(AgentOptions options)
    {
        using var journal = new JournalWriter(Console.OpenStandardError());
        Directory.CreateDirectory(options.StateDirectory);
        var standing = new List<string>();
        // A power cut may have interrupted the taking of a stick.
        if (Stick.StickCommit.Finish(Path.GetDirectoryName(Path.GetFullPath(options.ConfigPath))!) is { } unfinished)
            journal.Say(JournalPriority.Warning, unfinished);
        if (ReadFiles(options, journal, standing) is not { } files) return ExitCode.Unusable;
        using var process = new AgentProcess(options, journal, files, standing);
        return process.Run();
    }

    /// <summary>The configuration, or the last good one with an alarm; null on a first start without a good one.</summary>
    private static AgentFiles? ReadFiles(AgentOptions options, JournalWriter journal, List<string> standing)
    {
        if (AgentFiles.Read(options, options.ConfigPath, out var problems) is { } files)
        {
            File.WriteAllBytes(AgentFiles.LastGoodPath(options), files.Text);
            return files;
        }

        foreach (var problem in problems) journal.Say(JournalPriority.Error, problem);
        if (!File.Exists(AgentFiles.LastGoodPath(options))) return null;
        var lastGood = AgentFiles.Read(options, AgentFiles.LastGoodPath(options), out problems);
        if (lastGood is null) return null;
        standing.Add($"{options.ConfigPath} cannot be used (appliance config check says why); running with the last good configuration");
        journal.Say(JournalPriority.Error, standing[^1]);
        return lastGood;
    }

    /// <summary>Reads what was kept, and keeps the new incarnation before anything is said under it.</summary>
    private NodeState FirstState(StateFile file)
    {
        var durable = file.Read(out var problem);
        var bootId = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        var state = NodeMachine.Start(_files.Config, _files.Node, durable, bootId, BootClock.Now, problem, (ulong)(UnixMs() / 1000));
        if (problem.Length == 0 && file.Write(state.Asked) is { } error) state = state with { StorageProblem = error };
        if (state.StorageProblem.Length > 0) _journal.Say(JournalPriority.Error, state.StorageProblem);
        return state;
    }

    private ExitCode Run()
    {
        var control = new AgentControl(() => _state, Shell, () => BootClock.Now, _events, _inbox.Post, Tell, TryReload);
        control.Desk = _incidents;
        control.Panel = _panel = FrontPanel.Of(_files.Config, control, Tell);
        _control = ControlServer.Start(_options.SocketPath, control, Bug, out var error);
        if (_control is null)
        {
            _journal.Say(JournalPriority.Error, error);
            return ExitCode.Unusable;
        }

        HandleSignals();
        using var failback = new FailbackWindows(_files.Config, _inbox.Post);
        using var pings = new PingReferences(
            _files.Config, () => BootClock.Now, _inbox.Post, text => _journal.Say(JournalPriority.Warning, text));
        _heartbeat.Publish(_state);
        _replicas.Start(() => new LinuxSystemd());
        _lines.Start(() => new LinuxSystemd());
        _heartbeat.Start();
        _dahdi.Start();
        _health.Start();
        _alerts.Start();
        _incidents.Start();
        _watchdog?.Start();
        _panel?.Start();
        var systemd = Notify.FromEnvironment();
        systemd.Ready($"node {_state.NodeName} of {_files.Config.Cluster.Name}");
        using (ServiceWatchdog.Start(
            systemd, () => _heartbeat.Progress, _heartbeat.StandstillBound, text => _journal.Say(JournalPriority.Error, text)))
            Loop().Run();
        _watchdog?.Disarm();
        systemd.Stopping("left the cluster");
        return ExitCode.Ok;
    }

    private DecisionLoop Loop() => new(
        _state, _inbox, _wake, () => BootClock.Now, _heartbeat.TakeHeard, Performer().Perform,
        state =>
        {
            _state = state;
            _heartbeat.Publish(state);
            _replicas.Publish(state);
            _lines.Publish(state);
        });

    private EffectPerformer Performer() => new()
    {
        Persist = _writer.Write,
        SpeakNow = _heartbeat.SpeakNow,
        AskAddress = ask => _resources.AskAddress(ask.Group, ask.Token),
        Reannounce = _resources.Reannounce,
        Resource = effect => _resources.Perform(effect.Group, effect.What),
        OrderReplica = order => _replicas.Order(order.Group, order.Order),
        Tell = Tell,
        FenceSelf = reason => SelfFence.Reset(_journal, _watchdog, reason),
        FencePeer = _fences.SwitchOff,
        RestorePeer = _fences.SwitchOn,
        Leave = _heartbeat.Goodbye,
    };

    private void Tell(Report report)
    {
        _journal.Tell(report);
        _events.Add(report);
        _alerts.Signal();
        _incidents.Signal();
    }

    /// <summary>SIGTERM ends the agent: with handing over, or without touching anything during maintenance. SIGHUP reloads.</summary>
    private void HandleSignals()
    {
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, End));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, End));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            _journal.Say(JournalPriority.Notice, TryReload().Text);
        }));

        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            _inbox.Post(new Event.Commanded(new Command.Stop(KeepResources: _state.MaintenanceUntil is not null)));
        }
    }

    private CommandReply TryReload()
    {
        _reload ??= new Reload(_options, _files, () => _state, _heartbeat, _incidents.ReplaceKeys, _journal);
        return _reload.Try(_standing);
    }

    private ShellFacts Shell()
    {
        string[] standing;
        lock (_standing) standing = [.. _standing];
        return new ShellFacts(
            UnixMs(), VersionCommand.Version, _options.ConfigPath, _heartbeat.Realtime, _heartbeat.LatenessMaxMicroseconds,
                _heartbeat.Traffic(),
            standing, _resources.Probe)
            {
                Replica = name => _replicas[name].Status()?.Status, Lines = _lines.Views, Spans = _dahdi.Status, Watchdog = _watchdog?.View,
                Panel = _panel?.Status, Alerts = _alerts.Problems,
            };
    }

    /// <summary>An exception nobody foresaw is our bug: end at once, so that systemd starts a fresh agent that takes the resources
    /// back.</summary>
    private static void Bug(Exception bug) => Environment.FailFast(bug.ToString());

    private static long UnixMs() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
        _control?.Dispose();
        _panel?.Dispose();
        _dahdi.Dispose();
        _health.Dispose();
        _watchdog?.Dispose();
        _fences.Dispose();
        _resources.Dispose();
        _lines.Dispose();
        _replicas.Dispose();
        _writer.Dispose();
        _alerts.Dispose();
        _incidents.Dispose();
        _events.Dispose();
        _heartbeat.Dispose();
        _wake.Dispose();
    }
}
