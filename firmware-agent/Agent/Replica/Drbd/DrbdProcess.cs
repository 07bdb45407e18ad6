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
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);
    private readonly DrbdProcessOptions _options;
    private readonly IDrbd _drbd;
    private readonly DrbdDevice _device;
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

    /// <summary>Of a configured replica.</summary>
    public static DrbdProcess For(ReplicaSection section, ApplianceConfig config, int node)
    {
        var minor = DrbdCreation.MinorOf(section, config);
        return new DrbdProcess(
            new DrbdProcessOptions(section.Name, node, section.Protocol, ReplicaControl.PathOf(section.Name)),
            new LinuxDrbd(section.Name, minor), new DrbdDevice(section.Device, $"/dev/drbd{minor}"));
    }

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
        if (_drbd.Up() is { } refused) journal.Say(JournalPriority.Warning, refused); // It may be up already.
        Notify.FromEnvironment().Ready($"replica {_options.Name}, DRBD");
        Loop();
        return ExitCode.Ok;
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
        var status = DrbdView.Status(_options.Name, _options.Node, _options.Protocol, _term, found, problem);
        var isPrimary = status.Role == ReplicaRole.Primary;
        if (isPrimary && found is not null) problem = _device.Show() ?? "";
        else if (found is not null) _device.Hide();
        var device = isPrimary && problem.Length == 0 ? _device.Path : null;
        Board.Publish(
            status,
            new ReplicaProcessStatus(Environment.ProcessId, VersionCommand.Version, "the kernel's DRBD", [], device, 0, _turns, 0),
            DrbdView.Watch(status, device));
    }

    /// <inheritdoc/>
    public ReplicaReply Execute(string name, ReplicaArguments? arguments)
    {
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
