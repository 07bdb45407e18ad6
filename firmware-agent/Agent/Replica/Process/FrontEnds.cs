using Appliance.Core.Replica;
using Appliance.Drivers.BlockFront;

namespace Appliance.Agent.Replica.Process;

/// <summary>All ways into one replica: the kernel's device and, for tools, an NBD socket. They are there while it is primary. On the
/// loop's thread.</summary>
/// <param name="device">Null: the replica has no block device, only the socket.</param>
/// <param name="listen">Opens the socket for tools; null: there is none.</param>
/// <param name="tell">For the journal.</param>
internal sealed class FrontEnds(DeviceFront? device, Func<IBlockFront>? listen, Action<NewsKind, string> tell) : IDisposable
{
    private IBlockFront? _tools;

    /// <summary>A device of an earlier process waits in the kernel for somebody to serve it.</summary>
    public bool Survived => device is { Survived: true };

    /// <summary>The device is on its way; its standing will change.</summary>
    public bool IsAppearing => device is { Standing: DeviceStanding.Appearing };

    /// <summary>Why the device could not be made, or who holds it; empty otherwise.</summary>
    public string Problem => device is { Standing: DeviceStanding.Failed } or { Refused: true } ? device.Why : "";

    /// <summary>The link to the device while it is there; of a replica without one, the socket for tools.</summary>
    public string? Path(string name) => device switch
    {
        null => _tools?.Name,
        { Standing: DeviceStanding.Present or DeviceStanding.Leaving } => Control.ReplicaControl.DeviceOf(name),
        _ => null,
    };

    /// <summary>For the status.</summary>
    public string[] Names =>
        [.. device is { Standing: not (DeviceStanding.Absent or DeviceStanding.Failed) } ? [device.Name] : Array.Empty<string>(),
            .. _tools is not null ? [_tools.Name] : Array.Empty<string>()];

    public void Expose()
    {
        device?.Expose();
        if (listen is null || _tools is not null) return;
        try
        {
            _tools = listen();
        }
        catch (IOException world)
        {
            tell(NewsKind.Alarm, world.Message); // Tools must not keep the telephone system from working.
        }
    }

    /// <summary>Asks all to go; call again until true. <paramref name="held"/>: who keeps the device, in words; it stays so until
    /// <see cref="Expose"/>, and only after that it is asked for anew.</summary>
    public bool Withdraw(out string held)
    {
        held = device is { Refused: true } ? device.Why : "";
        if (held.Length > 0) return false;
        // The device first: while somebody holds it, the rest is left as it is.
        var gone = device is null || device.Withdraw();
        held = gone ? "" : Problem;
        if (!gone) return false;
        if (_tools is null) return true;
        if (!_tools.Withdraw()) return false;
        _tools.Dispose();
        _tools = null;
        return true;
    }

    /// <summary>This process ends and the next one goes on. False: the device cannot wait for it.</summary>
    public bool Leave() => device is not null && device.Leave();

    public void BuffersFree()
    {
        device?.BuffersFree();
        _tools?.BuffersFree();
    }

    /// <summary>What was answered in this turn may go out together now.</summary>
    public void TurnEnds()
    {
        (device as IBlockFront)?.TurnEnds();
        _tools?.TurnEnds();
    }

    public void Resized(long size)
    {
        device?.Resized(size);
        _tools?.Resized(size);
    }

    public void Dispose()
    {
        _tools?.Dispose();
        device?.Dispose();
    }
}
