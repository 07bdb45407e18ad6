using Appliance.Core.Configuration;
using Appliance.Core.Resources;
using Appliance.Drivers.Mount;

namespace Appliance.Agent.Resources;

/// <summary>A file system on a directory.</summary>
public sealed class MountResource(IMounts mounts, ResourceKind.Mount what) : IResource
{
    public bool IsPolled => true;

    public Verdict Start(CancellationToken abandon) => Of(mounts.Mount(what.Device, what.Directory, what.FsType, what.Options));

    public Verdict Stop(CancellationToken abandon) => Of(mounts.Unmount(what.Directory, force: false, abandon));

    public Verdict Kill(CancellationToken abandon) => Of(mounts.Unmount(what.Directory, force: true, abandon));

    public Verdict Monitor(CancellationToken abandon) => mounts.IsMounted(what.Device, what.Directory)
        ? Verdict.Done($"{what.Directory} is mounted")
        : new(Outcome.NotRunning, $"{what.Device} is not mounted on {what.Directory}");

    public void Watch(Action<string>? failed)
    {
    }

    public void Dispose()
    {
    }

    internal static Verdict Of(MountChange change) => new(
        change.Outcome switch
        {
            MountOutcome.Done or MountOutcome.AlreadySo => Outcome.Success,
            MountOutcome.Impossible => Outcome.Impossible,
            _ => Outcome.Failed,
        },
        change.Text);
}
