using Appliance.Core;
using Appliance.Core.Replica;
using Loop = Appliance.Drivers.IoLoop.IoLoop;

namespace Appliance.Drivers.BlockFront;

/// <summary>
/// The block device <c>/dev/appliance/NAME</c>: there while this node is primary. Chooses what the kernel can do (<see
/// cref="FrontChoice"/>), has the device made and unmade in the background and keeps the symbolic link. All members belong to the loop's
/// thread.
/// <code>
///            Expose              made                Withdraw             nobody holds it
///  Absent ───────────▶ Appearing ─────▶ Present ─────────────▶ Leaving ───────────────────▶ Absent
///    ▲                     │               │ lost                 │  ▲ held: served on, asked again
///    └──── Withdraw ── Failed ◀────────────┘                      └──┘
/// </code>
/// </summary>
public sealed class DeviceFront : IBlockFront
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(100);
    private readonly DeviceFrontOptions _options;
    private readonly Action<NewsKind, string> _tell;
    private readonly Background _background;
    private readonly IKernelDevice? _device;
    private readonly DeviceLink _link;
    private bool _vanishing;
    private bool _wanted;
    private long _answeredAt;

    /// <param name="tell">News for journal and alarms, on the loop's thread.</param>
    public DeviceFront(DeviceFrontOptions options, Loop loop, IBlockDoor door, Action<NewsKind, string> tell)
        : this(options, loop, door, FrontChoice.Of(options.Kind), Make, tell)
    {
    }

    internal DeviceFront(
        DeviceFrontOptions options, Loop loop, IBlockDoor door, (FrontKind Kind, string Why) choice,
        Func<FrontKind, DeviceParts, IKernelDevice> make, Action<NewsKind, string> tell)
    {
        (_options, _tell, _background, _link) = (options, tell, new Background(loop), new DeviceLink(options.LinkPath));
        (Kind, Why) = choice;
        _device = Kind == FrontKind.Auto ? null : make(Kind, new DeviceParts(options, loop, door, _background, Lost));
        if (_device is not { Survived: true }) _link.Remove(); // Of a process before us: it must not lead anybody to a foreign device.
    }

    /// <summary>What was chosen; Auto when this kernel can do none (then <see cref="Why"/> says so).</summary>
    public FrontKind Kind { get; }

    /// <summary>In words: the choice, the failure, or who holds the device.</summary>
    public string Why { get; private set; }

    public DeviceStanding Standing { get; private set; }

    /// <summary>An earlier process of this replica left its device in the kernel and applications may be waiting on it: become primary
    /// and <see cref="Expose"/>, or <see cref="Withdraw"/> it.</summary>
    public bool Survived => Standing == DeviceStanding.Absent && _device is { Survived: true };

    /// <summary>The last <see cref="Withdraw"/> has its answer: somebody holds the device, <see cref="Why"/> says who. False while the
    /// answer is still looked for.</summary>
    public bool Refused => Standing == DeviceStanding.Leaving && !_vanishing;

    /// <summary>Called on the loop's thread after each change of <see cref="Standing"/> or <see cref="Why"/>.</summary>
    public Action? Changed { get; set; }

    public string Name => _device is { Path.Length: > 0 } ? _device.Path : _options.LinkPath;

    /// <summary>Makes the device, or takes over the one that an earlier process left. Nothing happens when it is there or on its
    /// way.</summary>
    public void Expose()
    {
        if (Standing is DeviceStanding.Appearing or DeviceStanding.Present) return;
        if (_device is null)
        {
            Stand(DeviceStanding.Failed, Why);
            _tell(NewsKind.Alarm, $"{_options.LinkPath}: {Why}");
            return;
        }

        if (Standing == DeviceStanding.Leaving)
        {
            // It may go all the same while somebody looks who holds it; then it is made again.
            if (_vanishing) _wanted = true;
            else Stand(DeviceStanding.Present, "");
            return;
        }

        Stand(DeviceStanding.Appearing, "");
        _device.Appear(Appeared);
    }

    /// <summary>Asks for the device to go; call again until true. While somebody holds it, it is served on and <see cref="Refused"/>:
    /// then either call again, or <see cref="Expose"/> to leave it as it is.</summary>
    public bool Withdraw()
    {
        if (Standing == DeviceStanding.Absent && !Survived) return true;
        _wanted = false;
        if (Standing == DeviceStanding.Appearing || _vanishing || _device is null) return _device is null;
        if (Refused && Environment.TickCount64 - _answeredAt < AskAgain.TotalMilliseconds) return false;
        _vanishing = true;
        if (Standing != DeviceStanding.Leaving) Stand(DeviceStanding.Leaving, "");
        _device.Vanish(Vanished);
        return Standing == DeviceStanding.Absent;
    }

    /// <summary>This process ends. True: the device stays in the kernel, and requests wait for the next process. False: the front end
    /// cannot do that; whoever uses the device gets errors.</summary>
    public bool Leave() => _device is not null && _device.Leave();

    public void Answer(uint tag, int result) => throw new InvariantException($"{Name}: an answer to {tag} for nobody");

    public void BuffersFree() => _device?.BuffersFree();

    public void TurnEnds() => _device?.TurnEnds();

    public void Resized(long size) => _device?.Resized(size);

    public void Dispose()
    {
        _device?.Dispose();
        _background.Dispose();
    }

    private static IKernelDevice Make(FrontKind kind, DeviceParts parts) => kind switch
    {
        FrontKind.Ublk => new Ublk.UblkDevice(parts),
        FrontKind.Nbd => new KernelNbd.NbdDevice(parts),
        _ => new FuseLoop.FuseLoopDevice(parts),
    };

    private void Appeared(string? failure)
    {
        failure ??= _link.Make(_device!.Path);
        if (failure is null)
        {
            Stand(DeviceStanding.Present, "");
            _tell(NewsKind.Notice, $"{_options.LinkPath} is {_device!.Path}");
            return;
        }

        Stand(DeviceStanding.Failed, failure);
        _tell(NewsKind.Alarm, $"{_options.LinkPath}: cannot be made: {failure}");
    }

    private void Vanished(string? held)
    {
        var wanted = _wanted;
        (_vanishing, _wanted, _answeredAt) = (false, false, Environment.TickCount64);
        if (held is null)
        {
            _link.Remove();
            Stand(DeviceStanding.Absent, "");
            _tell(NewsKind.Notice, $"{_options.LinkPath} is gone");
            if (wanted) Expose();
        }
        else if (wanted) Stand(DeviceStanding.Present, "");
        else if (held != Why) Stand(DeviceStanding.Leaving, held);
    }

    private void Lost(string words)
    {
        if (Standing is DeviceStanding.Absent or DeviceStanding.Failed) return;
        _link.Remove();
        Stand(DeviceStanding.Failed, words);
        _tell(NewsKind.Alarm, $"{_options.LinkPath}: {words}");
    }

    private void Stand(DeviceStanding standing, string why)
    {
        (Standing, Why) = (standing, why);
        Changed?.Invoke();
    }
}
