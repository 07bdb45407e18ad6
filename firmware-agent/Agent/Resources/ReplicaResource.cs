using Appliance.Agent.Replica.Client;
using Appliance.Agent.Replica.Control;
using Appliance.Core.Replica;
using Appliance.Core.Resources;
using Appliance.Drivers.Systemd;

namespace Appliance.Agent.Resources;

/// <summary>A replica that is primary here, so that its device is there. The process itself runs on both nodes all the time.</summary>
public sealed class ReplicaResource(ReplicaClient client, Func<ISystemd> systemd) : IResource
{
    /// <summary>systemd starts a process that died again; within this it is back and primary, with the device of its users kept.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RestartBound = TimeSpan.FromSeconds(2);
    private readonly string _unit = ReplicaUnit.Of(client.Name);
    private IDisposable? _watch;

    public bool IsPolled => false;

    public Verdict Start(CancellationToken abandon)
    {
        var why = "its process is not there";
        var toldDead = false;
        while (true)
        {
            if (client.Last is { } now && IsServing(now)) return Verdict.Done($"{client.Name} is primary, {now.Device}");
            if (client.Last is { Role: not ReplicaRole.Primary })
            {
                var mandate = client.Mandate;
                if (mandate.PeerIsGone && !toldDead)
                    toldDead = client.Order(ReplicaOrderNames.PeerDead, null, ReplicaControl.OrderDeadline).Ok;
                why = Promote(mandate);
            }
            else if (client.Last is not null)
            {
                why = $"it is primary, but {ReplicaControl.DeviceOf(client.Name)} is not there";
            }

            if (abandon.WaitHandle.WaitOne(why.Length > 0 ? RetryPause : Pause))
                return Verdict.Failed($"replica {client.Name} does not become primary: {(why.Length > 0 ? why : "no device in time")}");
        }
    }

    public Verdict Stop(CancellationToken abandon)
    {
        var why = "its process does not answer";
        var ordered = 0; // Pauses since it said yes; what it then is arrives on the watch a moment later.
        while (true)
        {
            if (client.Last is { Role: ReplicaRole.Secondary, Device: null }) return Verdict.Done($"{client.Name} is secondary");
            if (ordered > 0) ordered--;
            else if (client.Last is not null)
            {
                var reply = client.Order(ReplicaOrderNames.Secondary, null, ReplicaControl.OrderDeadline);
                why = reply.Ok ? "its device is still there" : reply.Error ?? why;
                if (reply.Ok) ordered = (int)(RetryPause / Pause);
            }
            else if (IsUnitStopped())
            {
                return Verdict.Done($"{_unit} does not run");
            }

            if (abandon.WaitHandle.WaitOne(ordered > 0 ? Pause : RetryPause))
                return Verdict.Failed($"replica {client.Name} does not become secondary: {why}");
        }
    }

    /// <summary>A process that does not give the device up is killed; the new one begins as secondary.</summary>
    public Verdict Kill(CancellationToken abandon)
    {
        var killed = systemd().Kill(_unit, abandon);
        if (killed.Outcome != UnitOutcome.Done) return Verdict.Failed($"{_unit} cannot be killed: {killed.Text}");
        if (Path.Exists(ReplicaControl.DeviceOf(client.Name)))
            return Verdict.Failed($"{_unit} was killed, but {ReplicaControl.DeviceOf(client.Name)} is still there");
        // The data is let go. How long the new process takes to start, on a slow disk or a busy machine, must not look like a resource that
        // would not stop: that resets the machine, and the next boot is as slow.
        using var brief = CancellationTokenSource.CreateLinkedTokenSource(abandon);
        brief.CancelAfter(RestartBound);
        var started = systemd().Start(_unit, brief.Token);
        return Verdict.Done(started.Outcome == UnitOutcome.Done ? $"{_unit} was killed and runs again as secondary"
            : $"{_unit} was killed and does not run again yet: {started.Text}");
    }

    public Verdict Monitor(CancellationToken abandon)
    {
        while (client.Last is null)
        {
            if (IsUnitStopped()) return new(Outcome.NotRunning, $"{_unit} does not run");
            if (abandon.WaitHandle.WaitOne(Pause)) return Verdict.Failed($"the process of replica {client.Name} does not answer");
        }

        return client.Last switch
        {
            { } now when IsServing(now) => Verdict.Done($"{client.Name} is primary, {now.Device}"),
            { Role: ReplicaRole.Primary } => Verdict.Failed($"{client.Name} is primary without a device"),
            _ => new(Outcome.NotRunning, $"{client.Name} is not primary here"),
        };
    }

    public void Watch(Action<string>? failed)
    {
        _watch?.Dispose();
        _watch = null;
        if (failed is null) return;
        long? since = null;
        long? resumed = null;
        var gone = false;
        _watch = client.Follow(now =>
        {
            if (now is not null && IsServing(now))
            {
                (since, resumed) = (null, null);
                return;
            }

            if (now is { Role: ReplicaRole.Secondary, Device: null, DeviceWaits: false })
            {
                // Promoting it again would make another device: whoever uses the old one has to let go of it first.
                if (!gone)
                    failed($"its device is gone and its users get errors, its process ended or was demoted: see journalctl -u {_unit}");
                gone = true;
                return;
            }

            since ??= Environment.TickCount64;
            // A process that was restarted under a mounted file system is told again that it serves.
            if (now is { Role: ReplicaRole.Secondary } && Environment.TickCount64 - resumed is null or > 500)
            {
                resumed = Environment.TickCount64;
                client.Post(ReplicaOrderNames.Primary, Arguments(client.Mandate));
            }

            if (Environment.TickCount64 - since < Patience.TotalMilliseconds) return;
            since = null;
            failed(now is null ? $"its process did not come back within {Patience.TotalSeconds:0} s: see journalctl -u {_unit}"
                : $"it is {now.Role} and its device is {(now.Device is null ? "gone" : now.Device)}: see appliance replica status");
        });
    }

    public void Dispose() => Watch(null);

    private static bool IsServing(ReplicaWatch now) => now is { Role: ReplicaRole.Primary, Device: not null };

    /// <summary>Empty when it was taken; else why not.</summary>
    private string Promote(Core.Cluster.ReplicaMandate mandate)
    {
        var reply = client.Order(ReplicaOrderNames.Primary, Arguments(mandate), ReplicaControl.OrderDeadline);
        return reply.Ok ? "" : reply.Error ?? "refused without a reason";
    }

    /// <summary>Somebody may have made it primary by hand, with a term of its own: terms never go back.</summary>
    private ReplicaArguments Arguments(Core.Cluster.ReplicaMandate mandate) =>
        new(Term: Math.Max(mandate.Term, client.Last?.Term ?? 0), PeerIsHarmless: mandate.PeerIsHarmless);

    private bool IsUnitStopped()
    {
        try
        {
            return systemd().State(_unit).IsStopped;
        }
        catch (IOException)
        {
            return false; // Not known to be stopped.
        }
    }
}
