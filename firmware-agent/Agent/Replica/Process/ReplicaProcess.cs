using System.Runtime.InteropServices;
using Appliance.Agent.Control;
using Appliance.Agent.Journal;
using Appliance.Agent.Replica.Control;
using Appliance.Core.Replica;
using Appliance.Core.Replica.Disk;
using Appliance.Drivers.IoLoop;
using Appliance.Drivers.Systemd;

namespace Appliance.Agent.Replica.Process;

/// <summary>What a replica's process is told.</summary>
/// <param name="Engine">Of the engine and what it acts through.</param>
/// <param name="Loop">The loop wished for.</param>
/// <param name="ControlPath">Where to listen; null: nobody can order anything.</param>
/// <param name="Disk">The disk.</param>
internal sealed record ReplicaProcessOptions(EngineOptions Engine, IoLoopKind Loop, string? ControlPath, ReplicaDisk Disk)
{
    /// <summary>Ordered at the start, after the disk is attached and before the peer is sought.</summary>
    public ReplicaOrder.Primary? Primary { get; init; }

    /// <summary>The thread gets real-time priority and all memory stays in RAM, where that is permitted.</summary>
    public bool Punctual { get; init; }

    /// <summary>Figures are printed at the end.</summary>
    public bool Stats { get; init; }
}

/// <summary>The process of one replica: the parts list. One thread does the work; the control socket, the signals and a watchdog stand
/// around it.</summary>
internal sealed class ReplicaProcess : IReplicaControl, IDisposable
{
    private const string TakenWords = "another process already answers on {0}: this replica runs already";

    /// <summary>Draining, flushing two disks and a device that goes.</summary>
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(40);

    private readonly ReplicaProcessOptions _options;
    private readonly JournalWriter _journal;
    private readonly EngineWork _work;
    private readonly LoopThread _thread;
    private readonly string _name;

    private ReplicaProcess(ReplicaProcessOptions options, JournalWriter journal)
    {
        (_options, _journal, _name) = (options, journal, options.Engine.Config.Name);
        Board = new StatusBoard(() => _thread?.Wake());
        _work = new EngineWork(options.Engine, Board, Tell);
        _thread = new LoopThread(_work, options.Loop, FailStop.Abort)
        {
            Prepare = () =>
            {
                if (_options.Punctual && !Punctuality.TrySchedule(out var problem)) Say(NewsKind.Warning, problem);
            },
        };
    }

    public StatusBoard Board { get; }

    /// <summary>Runs until it is told to end.</summary>
    public static ExitCode Run(ReplicaProcessOptions options, JournalWriter journal)
    {
        using var process = new ReplicaProcess(options, journal);
        return process.Run();
    }

    private ExitCode Run()
    {
        if (_options.Punctual && !Punctuality.TryLockMemory(out var unlocked)) Say(NewsKind.Warning, unlocked);
        var problem = "";
        using var control = _options.ControlPath is { } path ? Listen(path, out problem) : null;
        if (problem.Length > 0)
        {
            Say(NewsKind.Alarm, problem);
            return ExitCode.Unusable;
        }

        if (_thread.Start() is { } refused)
        {
            Say(NewsKind.Alarm, refused);
            return ExitCode.Unusable;
        }

        using var watchdog = new LoopWatchdog(() => _thread.Turns, words => FailStop.Abort(words));
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Terminate);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Terminate);
        _thread.Post(() => _work.Status.LoopWords = _thread.LoopWords);
        Begin();
        var systemd = Notify.FromEnvironment();
        systemd.Ready($"replica {_name}, {_thread.LoopWords}");
        _thread.Join(Timeout.InfiniteTimeSpan);
        systemd.Stopping("ended in order");
        if (_options.Stats) ReplicaStats.Print(_work.Answered, _thread.Turns, _work.Allocated);
        return ExitCode.Ok;
    }

    private ControlServer? Listen(string path, out string problem)
    {
        var control = ControlServer.Start(
            path, (client, stopping) => new ReplicaSession(client, this, stopping).Run(),
            bug => FailStop.Abort("the control socket failed", bug), TakenWords, out problem);
        if (control is not null) control.LastAnswers = TimeSpan.FromSeconds(1);
        return control;
    }

    /// <summary>Disk, role, peer, in this order: who resumes a device that an earlier process left is primary before it meets
    /// anybody.</summary>
    private void Begin()
    {
        var disk = OpenDisk(out var problem);
        if (disk is null) Tell(NewsKind.Alarm, $"no disk: {problem}");
        else Report(Give(new PendingOrder(new ReplicaOrder.Attach(disk.Image)) { Disk = disk }));
        if (_work.FrontSurvived && disk is { Image.Superblock: { } super } && (super.Flags & SuperblockFlags.Primary) != 0)
            Report(Give(new PendingOrder(new ReplicaOrder.Primary(super.Term, PeerIsHarmless: false, Force: false))));
        else if (_options.Primary is { } primary)
            Report(Give(new PendingOrder(primary)));
        if (_options.Engine.Link is not null) Report(Give(new PendingOrder(new ReplicaOrder.Connect(DiscardMyData: false))));
    }

    private AttachedDisk? OpenDisk(out string problem)
    {
        var disk = _options.Disk.Open(out var note, out problem);
        if (note.Length > 0) Tell(NewsKind.Warning, note);
        return disk;
    }

    private void Report(ReplicaReply reply)
    {
        if (!reply.Ok) Tell(NewsKind.Alarm, reply.Error!);
    }

    /// <inheritdoc/>
    public ReplicaReply Execute(string name, ReplicaArguments? arguments)
    {
        if (name == ReplicaOrderNames.Attach)
        {
            if (arguments is not null && arguments != new ReplicaArguments())
                return ReplicaReply.Refused("the order attach takes no arguments");
            return OpenDisk(out var problem) is { } disk
                ? Give(new PendingOrder(new ReplicaOrder.Attach(disk.Image)) { Disk = disk })
                : ReplicaReply.Refused(problem);
        }

        return ReplicaOrderNames.Read(name, arguments, out var error) is { } order
            ? Give(new PendingOrder(order))
            : ReplicaReply.Refused(error);
    }

    private ReplicaReply Give(PendingOrder order)
    {
        if (!_thread.Post(() => _work.Take(order))) return ReplicaReply.Refused("too many orders are waiting");
        return order.Wait(ReplicaControl.OrderDeadline) ?? ReplicaReply.Refused(
            $"the order is not done after {ReplicaControl.OrderDeadline.TotalSeconds:0} s; whether it will be is not known: see the "
                + "status");
    }

    /// <summary>Ends in order. A device that is in use stays in the kernel for the next process.</summary>
    private void Terminate(PosixSignalContext context)
    {
        context.Cancel = true;
        _thread.Post(() => _work.Take(new PendingOrder(new ReplicaOrder.Stop(FrontStays: false))
        {
            IfHeld = new ReplicaOrder.Stop(FrontStays: true),
        }));
        new Thread(GiveUpLater, 128 << 10) { IsBackground = true, Name = "stop" }.Start();
    }

    private void GiveUpLater()
    {
        if (!_thread.Join(StopMax)) FailStop.Abort($"the replica has not ended {StopMax.TotalSeconds:0} s after it was told to");
    }

    private void Tell(NewsKind kind, string words)
    {
        Say(kind, words);
        Board.Tell(new ReplicaNews(kind, words));
    }

    private void Say(NewsKind kind, string words) => _journal.Say(
        kind switch
        {
            NewsKind.Alarm => JournalPriority.Error,
            NewsKind.Warning => JournalPriority.Warning,
            _ => JournalPriority.Notice,
        }, $"replica {_name}: {words}");

    public void Dispose()
    {
        _thread.Dispose();
        _work.Dispose();
    }
}
