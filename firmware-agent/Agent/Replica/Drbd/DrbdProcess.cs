using System.Runtime.InteropServices;
using Appliance.Agent.Commands;
using Appliance.Agent.Control;
using Appliance.Agent.Journal;
using Appliance.Agent.Replica.Control;
using Appliance.Agent.Replica.Process;
using Appliance.Core.Configuration;
using Appliance.Core.Replica;
using Appliance.Drivers.Drbd;
using Appliance.Drivers.Systemd;

namespace Appliance.Agent.Replica.Drbd;

/// <summary>What the process is told.</summary>
/// <param name="Name">Of the replica and of DRBD's resource.</param>
/// <param name="Node">0 or 1.</param>
/// <param name="Protocol">For the status.</param>
/// <param name="ControlPath">Where to listen.</param>
internal sealed record DrbdProcessOptions(string Name, int Node, Protocol Protocol, string ControlPath);

/// <summary>
/// The process of a replica whose backend is DRBD: speaks the same control protocol, and drives the kernel. It may end and start at any
/// time: the kernel goes on by itself.
/// </summary>
internal sealed class DrbdProcess : IReplicaControl, IDisposable
{
    private const string TakenWords = "another process already answers on {0}: this replica runs already";

    /// <summary>How long a handler waits here before it asks anew.</summary>
    private static readonly TimeSpan HandlerPatience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);
    private readonly DrbdProcessOptions _options;
    private readonly IDrbd _drbd;
    private readonly DrbdDevice _device;
    private readonly DrbdFencing _fencing = new();
    private readonly ManualResetEventSlim _wake = new();
    private readonly Lock _gate = new();
    private ulong _term;
    private long _turns;
    private volatile bool _ended;

    public DrbdProcess(DrbdProcessOptions options, IDrbd drbd, DrbdDevice device)
    {
        (_options, _drbd, _device) = (options, drbd, device);
        Board = new StatusBoard(() => _wake.Set());
    }

    public StatusBoard Board { get; }

    /// <summary>Of a configured replica; null and a sentence when this kernel has no DRBD.</summary>
    public static DrbdProcess? For(ReplicaSection section, AgentFiles files, out string problem)
    {
        if (DrbdVersion.Find(out problem) is not { } major) return null;
        var resource = DrbdCreation.Resource(major, section, files.Config, files.Node, files.Keys);
        return new DrbdProcess(
            new DrbdProcessOptions(section.Name, files.Node, section.Protocol, ReplicaControl.PathOf(section.Name)),
            new LinuxDrbd(section.Name, resource.Minor), new DrbdDevice(section.Device, resource.Device))
        {
            File = resource,
        };
    }

    /// <summary>Written when the process starts, if the configuration has changed since; null: somebody else looks after it.</summary>
    public DrbdResource? File { get; init; }

    /// <summary>Where <see cref="File"/> is written.</summary>
    public string Folder { get; init; } = DrbdCreation.Folder;

    /// <summary>Runs until SIGTERM or SIGINT.</summary>
    public ExitCode Run(JournalWriter journal)
    {
        using var control = ControlServer.Start(
            _options.ControlPath, (client, stopping) => new ReplicaSession(client, this, stopping).Run(),
            bug => FailStop.Abort("the control socket failed", bug), TakenWords, out var problem);
        if (control is null)
        {
            journal.Say(JournalPriority.Error, problem);
            return ExitCode.Unusable;
        }

        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        Begin(problem => journal.Say(JournalPriority.Warning, $"replica {_options.Name}: {problem}"));
        Notify.FromEnvironment().Ready($"replica {_options.Name}, DRBD");
        Loop();
        return ExitCode.Ok;
    }

    /// <summary>Brings DRBD up, with the settings as they are configured now.</summary>
    /// <param name="tell">What did not work; it may be up already.</param>
    public void Begin(Action<string> tell)
    {
        var changed = false;
        if (File is not null && DrbdCreation.Write(File, Folder, force: false, out changed) is { } problem) tell(problem);
        if ((changed ? _drbd.Adjust() : _drbd.Up()) is { } refused) tell(refused);
    }

    /// <summary>Looks at DRBD until the end.</summary>
    public void Loop()
    {
        while (!_ended)
        {
            _wake.Reset();
            Turn();
            _wake.Wait(Period);
        }
    }

    /// <summary>Looks once.</summary>
    public void Turn()
    {
        _turns++;
        var found = _drbd.Status(out var problem);
        if (found is not null) _fencing.Seen(found);
        var status = DrbdView.Status(_options.Name, _options.Node, _options.Protocol, _term, found, problem);
        var isPrimary = status.Role == ReplicaRole.Primary;
        if (isPrimary && found is not null) problem = _device.Show() ?? "";
        else if (found is not null) _device.Hide();
        var device = isPrimary && problem.Length == 0 ? _device.Path : null;
        Board.Publish(
            status,
            new ReplicaProcessStatus(Environment.ProcessId, VersionCommand.Version, "the kernel's DRBD", [], device, 0, _turns, 0),
            DrbdView.Watch(status, device, _fencing.Asks));
    }

    /// <inheritdoc/>
    public ReplicaReply Execute(string name, ReplicaArguments? arguments)
    {
        // Not behind the gate: an order to DRBD may be what waits for this.
        if (name == DrbdFencing.Order && arguments is null) return FencePeer();
        if (name is ReplicaOrderNames.PeerFenced or ReplicaOrderNames.PeerDead || arguments is { PeerIsHarmless: true })
            _fencing.PeerIsHarmless();
        string? problem;
        lock (_gate)
        {
            problem = name == ReplicaOrderNames.Attach
                ? arguments is null || arguments == new ReplicaArguments() ? _drbd.Attach() : "the order attach takes no arguments"
                : ReplicaOrderNames.Read(name, arguments, out var error) is { } order ? Give(order) : error;
        }

        _wake.Set();
        return problem is null ? new ReplicaReply(true, Text: $"{name}: done") : ReplicaReply.Refused(problem);
    }

    public void Dispose() => _wake.Dispose();

    private ReplicaReply FencePeer()
    {
        var now = _drbd.Status(out _);
        _wake.Set(); // The question is to be seen at once.
        return _fencing.Ask(now, HandlerPatience) is { } refused
            ? ReplicaReply.Refused(refused)
            : new ReplicaReply(true, Text: "the peer is harmless");
    }

    private string? Give(ReplicaOrder order)
    {
        // Users hold the device by our link: it goes before DRBD is asked, and comes back if DRBD refuses.
        if (order is ReplicaOrder.Secondary) _device.Hide();
        if (_drbd.Order(order) is { } refused) return refused;
        if (order is ReplicaOrder.Primary primary)
        {
            _term = primary.Term == 0 ? _term + 1 : primary.Term;
            return _device.Show();
        }

        if (order is ReplicaOrder.Stop) _ended = true;
        return null;
    }

    private void End(PosixSignalContext context)
    {
        context.Cancel = true;
        _ended = true;
        _wake.Set();
    }
}
