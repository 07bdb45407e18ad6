using System.Collections.Immutable;
using Appliance.Drivers.HidRaw;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.Relay.Hid;

/// <summary>Which boards are of a family.</summary>
/// <param name="Word">The driver's word, for messages.</param>
/// <param name="Vendor">USB vendor number.</param>
/// <param name="Product">USB product number.</param>
/// <param name="Name">Part of the device's own name; empty: the numbers are not shared with other things.</param>
internal sealed record HidFamily(string Word, ushort Vendor, ushort Product, string Name)
{
    public bool Has(HidRawInfo device) =>
        device.Vendor == Vendor && device.Product == Product && device.Name.Contains(Name, StringComparison.Ordinal);

    public override string ToString() => $"{Vendor:x4}:{Product:x4}{(Name.Length > 0 ? $" \"{Name}\"" : "")}";
}

/// <summary>What HID relay boards have in common: finding the right one, and the kernel's words for what is wrong.</summary>
/// <param name="port">Path, or empty: the one board of the family.</param>
internal abstract class HidBoard(IHidRawBus bus, HidFamily family, string port, ImmutableArray<int> channels) : IRelayBoard
{
    /// <summary>Control transfers of these boards fail now and then for no reason.</summary>
    private const int Attempts = 3;

    private const int ReportMax = 64;
    private const int EPROTO = 71;
    private static readonly TimeSpan BeforeRetry = TimeSpan.FromMilliseconds(20);
    private IHidRawDevice? _device;

    public string Place => _device is { } device ? $"{family.Word} board at {device.Info.Path}"
        : port.Length > 0 ? $"{family.Word} board at {port}" : $"{family.Word} board";

    public abstract bool ReadsBack { get; }

    public bool IsOpen => _device is not null;

    protected ImmutableArray<int> Channels => channels;

    public void Open(RelayDeadline deadline)
    {
        deadline.Check(Place);
        _device = port.Length > 0 ? OpenAt(port) : Find(deadline);
        Identify(deadline);
    }

    public abstract void Switch(bool on, RelayDeadline deadline);

    public abstract bool[] Read(RelayDeadline deadline);

    public void Touch(RelayDeadline deadline) => Use(device => device.Read(new byte[ReportMax]), deadline);

    public void Reset(RelayDeadline deadline)
    {
    }

    public void Close()
    {
        _device?.Dispose();
        _device = null;
    }

    public void Dispose() => Close();

    /// <summary>What more there is to know about the board that was opened.</summary>
    protected virtual void Identify(RelayDeadline deadline)
    {
    }

    /// <summary>Among several boards of the family.</summary>
    protected virtual bool IsMeant(IHidRawDevice device, RelayDeadline deadline) => true;

    /// <summary>Does something with the device; tries again where that helps.</summary>
    protected T Use<T>(Func<IHidRawDevice, T> work, RelayDeadline deadline) => Use(_device!, work, deadline);

    protected T Use<T>(IHidRawDevice device, Func<IHidRawDevice, T> work, RelayDeadline deadline)
    {
        for (var attempt = 1; ; attempt++)
        {
            deadline.Check(Place);
            try
            {
                return work(device);
            }
            catch (HidRawFault fault) when (fault.Error is EPROTO or Errno.EPIPE or Errno.EAGAIN or Errno.ETIMEDOUT && attempt < Attempts)
            {
                deadline.Pause(BeforeRetry, Place);
            }
            catch (HidRawFault fault)
            {
                throw new RelayTrouble(KindOf(fault.Error, RelayFault.Refused), $"{Place}: {fault.Message}");
            }
        }
    }

    private IHidRawDevice OpenAt(string path)
    {
        try
        {
            var device = bus.Open(path);
            if (family.Has(device.Info)) return device;
            device.Dispose();
            throw new RelayTrouble(RelayFault.WrongDevice,
                $"{Place}: found {device.Info}; expected {family}. Nothing was switched");
        }
        catch (HidRawFault fault)
        {
            throw new RelayTrouble(
                fault.Error == Errno.EINVAL ? RelayFault.WrongDevice : KindOf(fault.Error, RelayFault.Missing),
                $"{Place}: {fault.Message}");
        }
    }

    private IHidRawDevice Find(RelayDeadline deadline)
    {
        var all = bus.List();
        var candidates = all.Where(family.Has).OrderBy(device => device.Path, StringComparer.Ordinal).ToArray();
        var meant = new List<IHidRawDevice>();
        try
        {
            foreach (var candidate in candidates)
            {
                var device = OpenAt(candidate.Path);
                if (IsMeant(device, deadline)) meant.Add(device);
                else device.Dispose();
            }

            if (meant.Count == 1) return meant[0];
        }
        catch
        {
            foreach (var device in meant) device.Dispose();
            throw;
        }

        foreach (var device in meant) device.Dispose();
        if (meant.Count > 1)
            throw new RelayTrouble(RelayFault.Misconfigured,
                $"{Place}: {string.Join(" and ", meant.Select(device => device.Info))} are plugged in; say which by port"
                    + (family.Word == "usbrelay" ? " or id" : ""));
        throw new RelayTrouble(RelayFault.Missing, candidates.Length > 0
            ? $"{Place}: {string.Join(", ", candidates.Select(device => device.ToString()))} is not the one with the configured id"
            : $"{Place}: no device {family} is plugged in{(all.IsEmpty ? "" : $"; found {string.Join(", ", all)}")}");
    }

    private static RelayFault KindOf(int error, RelayFault otherwise) => error switch
    {
        Errno.ENOENT => RelayFault.Missing,
        Errno.EACCES or Errno.EPERM => RelayFault.Forbidden,
        Errno.EBUSY => RelayFault.Busy,
        Errno.ENODEV or Errno.ENXIO or Errno.EIO => RelayFault.Vanished,
        Errno.ETIMEDOUT => RelayFault.Silent,
        _ => otherwise,
    };
}
