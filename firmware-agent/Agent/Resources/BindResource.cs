using Appliance.Core.Configuration;
using Appliance.Core.Resources;
using Appliance.Drivers.Mount;

namespace Appliance.Agent.Resources;

/// <summary>Directories of the replicated file system shown at their usual places. All or none.</summary>
public sealed class BindResource(IMounts mounts, ResourceKind.Bind what) : IResource
{
    public bool IsPolled => true;

    public Verdict Start(CancellationToken abandon)
    {
        foreach (var path in what.Paths)
        {
            var change = mounts.Bind(Source(path), path);
            if (!change.Ok) return MountResource.Of(change);
        }

        return Verdict.Done($"bound {string.Join(", ", what.Paths)}");
    }

    public Verdict Stop(CancellationToken abandon) => Unbind(force: false, abandon);

    public Verdict Kill(CancellationToken abandon) => Unbind(force: true, abandon);

    public Verdict Monitor(CancellationToken abandon)
    {
        var bound = what.Paths.Where(path => mounts.IsMounted(Source(path), path)).ToList();
        if (bound.Count == what.Paths.Length) return Verdict.Done("all are bound");
        if (bound.Count == 0) return new(Outcome.NotRunning, "none is bound");
        return Verdict.Failed($"not bound: {string.Join(", ", what.Paths.Except(bound))}");
    }

    public void Watch(Action<string>? failed)
    {
    }

    public void Dispose()
    {
    }

    /// <summary>In reverse order, and on with the others when one is busy; the first failure is told.</summary>
    private Verdict Unbind(bool force, CancellationToken abandon)
    {
        Verdict? failure = null;
        foreach (var path in what.Paths.Backwards())
        {
            if (!mounts.IsMounted(Source(path), path)) continue; // Not ours: somebody may have mounted his own there.
            var change = mounts.Unmount(path, force, abandon);
            if (!change.Ok) failure ??= MountResource.Of(change);
        }

        return failure ?? Verdict.Done($"unbound {string.Join(", ", what.Paths)}");
    }

    private string Source(string path) => what.From.TrimEnd('/') + path;
}
