using Appliance.Core;
using Appliance.Core.Replica;

namespace Appliance.Simulation.Replica.Disks;

/// <summary>
/// A disk with a volatile cache: requests run side by side and end in any order, a write may be torn at 512 bytes by a loss of power, a
/// flush covers what had ended before it began. Asks nothing of the software above it that a real disk would not.
/// </summary>
public sealed class SimDisk
{
    private const int EIO = -5;

    private readonly Timeline _timeline;
    private readonly Dice _dice;
    private readonly bool _writeThrough;
    private readonly List<DiskOperation> _running = [];
    private readonly DiskCache[] _areas;
    private ulong _number;

    /// <param name="timeline">The world's time.</param>
    /// <param name="dice">This disk's chance.</param>
    /// <param name="dataBytes">Size of the data area.</param>
    /// <param name="metadataBytes">Size of the metadata area.</param>
    public SimDisk(Timeline timeline, Dice dice, long dataBytes, long metadataBytes)
    {
        (_timeline, _dice) = (timeline, dice);
        _writeThrough = dice.Chance(0.15);
        _areas = [new DiskCache(dataBytes, dice), new DiskCache(metadataBytes, dice)];
    }

    /// <summary>Sectors of the data area changed as a read sees them: first, count.</summary>
    public event Action<long, long>? Changed;

    /// <summary>A flush failed and took along a sector that it should have written.</summary>
    public event Action<long>? Lost;

    public DiskTrouble Trouble { get; } = new();

    public DiskCache Data => _areas[(int)DiskArea.Data];

    public DiskCache Metadata => _areas[(int)DiskArea.Metadata];

    /// <summary>Requests under way.</summary>
    public int Running => _running.Count;

    public DiskCache Area(DiskArea area) => _areas[(int)area];

    public void Submit(DiskOperation operation)
    {
        operation.Number = ++_number;
        if (operation.Kind == EffectKind.DiskFlush) operation.NotPromised.UnionWith(_running.Select(other => other.Number));
        _running.Add(operation);
        var total = Latency(operation);
        var effect = TimeSpan.FromTicks((long)(total.Ticks * (_dice.Below(1000) / 1000.0)));
        _timeline.After(effect, () => Happen(operation));
        _timeline.After(total, () => End(operation));
    }

    /// <summary>Power fails: requests under way leave any part of themselves, the cache any part of itself.</summary>
    public void PowerLoss()
    {
        foreach (var operation in _running)
        {
            operation.Forgotten = true;
            if (operation.Happened || !Writes(operation)) continue;
            for (var done = 0; done < operation.Length; done += Sector.Bytes)
                if (_dice.Chance(0.3)) Put(operation, done, stable: true);
        }

        _running.Clear();
        foreach (var area in _areas) area.PowerLoss();
        Trouble.HangsUntil = default;
        Changed?.Invoke(0, DiskCache.Sectors(Data.Visible.Bytes));
    }

    /// <summary>The process that asked is gone: what it asked happens or not, and nobody hears of it.</summary>
    public void Forget()
    {
        foreach (var operation in _running)
        {
            if (!operation.Happened && Writes(operation) && _dice.Chance(0.7)) Apply(operation, _dice.Chance(0.7)
                ? operation.Length : _dice.Below((operation.Length / Sector.Bytes) + 1) * Sector.Bytes);
            (operation.Happened, operation.Forgotten) = (true, true);
        }

        _running.Clear();
    }

    /// <summary>The medium changes a sector of the data area by itself.</summary>
    public void Rot(long sector)
    {
        var content = Data.Visible.Sector(sector).ToArray();
        content[_dice.Below(content.Length)] ^= (byte)(1 << _dice.Below(8));
        Data.Rot(sector, content);
        Changed?.Invoke(sector, 1);
    }

    private static bool Writes(DiskOperation operation) => operation.Kind is EffectKind.DiskWrite or EffectKind.DiskZero;

    private TimeSpan Latency(DiskOperation operation)
    {
        var usual = operation.Kind == EffectKind.DiskFlush || operation.Fua
            ? _dice.Between(TimeSpan.FromMicroseconds(300), TimeSpan.FromMilliseconds(8))
            : _dice.Between(TimeSpan.FromMicroseconds(50), TimeSpan.FromMilliseconds(3));
        if (_dice.Chance(0.01)) usual *= 20;
        usual *= Trouble.Slowness;
        var hung = Trouble.HangsUntil - _timeline.Now;
        return hung > TimeSpan.Zero ? hung + usual : usual;
    }

    private void Happen(DiskOperation operation)
    {
        if (operation.Happened || operation.Forgotten) return;
        operation.Happened = true;
        operation.Result = Outcome(operation);
        if (operation.Result < 0)
        {
            if (operation.Kind == EffectKind.DiskFlush) LoseSome();
            if (Writes(operation) && _dice.Chance(0.3)) Apply(operation, _dice.Below((operation.Length / Sector.Bytes) + 1) * Sector.Bytes);
            return;
        }

        switch (operation.Kind)
        {
            case EffectKind.DiskRead: Area(operation.Area).Visible.Read(operation.Offset, operation.Memory.Span[..operation.Result]); break;
            case EffectKind.DiskFlush: Flush(operation); break;
            default: Apply(operation, operation.Result); break;
        }
    }

    private int Outcome(DiskOperation operation)
    {
        if (Trouble.Dead || (Trouble.Errors > 0 && _dice.Chance(Trouble.Errors))) return EIO;
        if (operation.Kind is EffectKind.DiskRead or EffectKind.DiskWrite)
        {
            if (operation.Kind == EffectKind.DiskRead && operation.Area == DiskArea.Data && HasUnreadable(operation)) return EIO;
            if (operation.Length > Sector.Bytes && Trouble.Shorts > 0 && _dice.Chance(Trouble.Shorts))
                return _dice.Between(1, (operation.Length / Sector.Bytes) - 1) * Sector.Bytes;
        }

        return operation.Kind == EffectKind.DiskFlush ? 0 : operation.Length;
    }

    private bool HasUnreadable(DiskOperation operation) =>
        Trouble.Unreadable.GetViewBetween(operation.Offset / Sector.Bytes, ((operation.Offset + operation.Length) / Sector.Bytes) - 1)
            .Count > 0;

    private void Flush(DiskOperation flush)
    {
        if (Trouble.LiesAboutFlush) return;
        foreach (var area in _areas) area.Flush(number => number < flush.Number && !flush.NotPromised.Contains(number));
    }

    private void LoseSome()
    {
        Metadata.LoseSome();
        foreach (var sector in Data.LoseSome())
        {
            Lost?.Invoke(sector);
            Changed?.Invoke(sector, 1);
        }
    }

    private void Apply(DiskOperation operation, int bytes)
    {
        var stable = _writeThrough || (operation.Fua && !Trouble.LiesAboutFlush);
        if (operation.Area == DiskArea.Data && operation.Kind == EffectKind.DiskWrite) bytes = Lie(ref operation, bytes);
        for (var done = 0; done < bytes; done += Sector.Bytes) Put(operation, done, stable);
        if (operation.Area == DiskArea.Data && bytes > 0) Changed?.Invoke(operation.Offset / Sector.Bytes, bytes / Sector.Bytes);
    }

    /// <summary>A disk that does something else than it says.</summary>
    private int Lie(ref DiskOperation operation, int bytes)
    {
        if (Trouble.Tears > 0 && bytes > Sector.Bytes && _dice.Chance(Trouble.Tears)) return bytes / 2 / Sector.Bytes * Sector.Bytes;
        if (Trouble.Misdirects > 0 && operation.Offset >= bytes && _dice.Chance(Trouble.Misdirects))
            operation = operation with { Offset = operation.Offset - bytes };
        return bytes;
    }

    private void Put(DiskOperation operation, int done, bool stable)
    {
        Invariant.Check((operation.Offset + done) % Sector.Bytes == 0);
        var sector = (operation.Offset + done) / Sector.Bytes;
        var content = operation.Kind == EffectKind.DiskZero ? default : operation.Memory.Span.Slice(done, Sector.Bytes);
        Area(operation.Area).Write(sector, content, operation.Number, stable);
        if (operation.Area == DiskArea.Data) Trouble.Unreadable.Remove(sector);
    }

    private void End(DiskOperation operation)
    {
        if (operation.Forgotten) return;
        if (_timeline.Now < Trouble.HangsUntil)
        {
            _timeline.After(Trouble.HangsUntil - _timeline.Now + TimeSpan.FromMilliseconds(1), () => End(operation));
            return;
        }

        Happen(operation);
        _running.Remove(operation);
        operation.Done(operation.Result);
    }
}
