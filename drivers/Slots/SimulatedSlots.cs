using System.Security.Cryptography;
using System.Text;
using Appliance.Core;
using Appliance.Core.Update;

namespace Appliance.Drivers.Slots;

/// <summary>The power is gone: nothing after the write that was cut has happened.</summary>
public sealed class PowerCutException() : Exception("the power was cut");

/// <summary>What a disk may do to us.</summary>
public enum SlotFault
{
    None,

    /// <summary>A write stores the first half and says nothing.</summary>
    ShortWrite,

    /// <summary>EIO.</summary>
    WriteError,

    /// <summary>ENOSPC.</summary>
    NoSpace,

    /// <summary>A bit is flipped on its way to the disk.</summary>
    FlippedBit,
}

/// <summary>
/// The twin: a disk in memory that counts its writes. A write is a piece of 4 KiB, a sector of the environment block, a rename, a removal.
/// Until the sync behind it a write may be lost, whatever came after it; a write that is cut is stored in part, a sector never is.
/// </summary>
/// <param name="running">The slot that runs.</param>
/// <param name="version">Of its system.</param>
/// <param name="rootBytes">Size of each root partition.</param>
/// <param name="dice">Which writes survive a power cut.</param>
public sealed class SimulatedSlots(Slot running, string version, int rootBytes, Random dice) : ISlots
{
    private const int PieceBytes = 4096;
    private const int SectorBytes = 512;
    private readonly byte[][] _roots = [new byte[rootBytes], new byte[rootBytes]];
    private readonly Dictionary<string, byte[]> _files = [];
    private readonly List<(Action All, Action Part)> _unsynced = [];
    private bool _isOff;

    /// <summary>Slot that runs; a boot of the test's own changes it.</summary>
    public Slot Running { get; set; } = running;

    /// <summary>Of the system that runs.</summary>
    public string Version { get; set; } = version;

    /// <summary>The environment block on the disk.</summary>
    public byte[]? Record
    {
        get => _files.GetValueOrDefault(SlotFiles.Record);
        set
        {
            if (value is null) _files.Remove(SlotFiles.Record);
            else _files[SlotFiles.Record] = value;
        }
    }

    /// <summary>Free bytes on /boot.</summary>
    public long BootFree { get; set; } = 1 << 20;

    /// <summary>Writes so far.</summary>
    public int Writes { get; private set; }

    /// <summary>The write, counted from 1, at which the power goes; 0: never.</summary>
    public int CutAt { get; set; }

    /// <summary>What happens at write <see cref="FaultAt"/>.</summary>
    public SlotFault Fault { get; set; }

    public int FaultAt { get; set; }

    /// <summary>The root partition as it is on the disk.</summary>
    public byte[] Root(Slot slot) => _roots[(int)slot];

    /// <summary>A file of the slot; null: there is none.</summary>
    public byte[]? File(Slot slot, string name) => _files.GetValueOrDefault($"{SlotFiles.Folder(slot)}/{name}");

    /// <summary>Puts a whole system into a slot, as a flashed image has it.</summary>
    public void Install(Slot slot, byte[] root, byte[] kernel, byte[] initrd, string release)
    {
        root.CopyTo(_roots[(int)slot], 0);
        _files[$"{SlotFiles.Folder(slot)}/{UpdateHeader.Kernel}"] = kernel;
        _files[$"{SlotFiles.Folder(slot)}/{UpdateHeader.Initrd}"] = initrd;
        _files[$"{SlotFiles.Folder(slot)}/{SlotFiles.Release}"] = Encoding.ASCII.GetBytes(release);
    }

    /// <summary>Power comes back.</summary>
    public void PowerOn() => (_isOff, CutAt) = (false, 0);

    public SlotSite? Look(out string problem)
    {
        problem = "";
        Powered();
        var release = new ReleaseText(UpdateVersion.Read(Version)!, "amd64", "0");
        return new SlotSite(Running, false, (byte[]?)Record?.Clone(), Content(Slot.A), Content(Slot.B), BootFree, release);
    }

    public string? WriteRecord(ReadOnlySpan<byte> block) => Guarded(block.ToArray(), bytes =>
    {
        var now = Record is { Length: GrubEnvironment.Bytes } old ? old : new byte[GrubEnvironment.Bytes];
        Record = now;
        for (var at = 0; at < bytes.Length; at += SectorBytes)
        {
            var (from, sector) = (at, Spoiled(bytes.AsSpan(at, SectorBytes).ToArray()));
            Write(() => sector.CopyTo(now, from), () => { });
        }

        Sync();
        return now.AsSpan().SequenceEqual(bytes) ? null : NotAsWritten("grubenv");
    });

    public string? Withdraw(Slot slot) => Guarded(slot, which =>
    {
        var folder = SlotFiles.Folder(which) + "/";
        Remove(folder + UpdateHeader.Kernel);
        Sync();
        foreach (var name in _files.Keys.Where(name => name.StartsWith(folder, StringComparison.Ordinal)).ToArray()) Remove(name);
        Sync();
        return null;
    });

    public string? WriteRoot(Slot slot, SlotSource source) => Guarded(source, part =>
    {
        var root = _roots[(int)slot];
        if (part.Size > root.Length) return $"root-{slot.Word()} has {root.Length} bytes, the root file system {part.Size}";
        Store(part, (piece, at, length) => piece.AsSpan(0, length).CopyTo(root.AsSpan(at)));
        Sync();
        return Fits(root.AsSpan(0, (int)part.Size), part) ? null : NotAsWritten($"root-{slot.Word()}");
    });

    public string? WriteBoot(Slot slot, string name, SlotSource source) => Guarded(source, part =>
    {
        var path = $"{SlotFiles.Folder(slot)}/{name}";
        if (part.Size > BootFree) throw new IOException("No space left on device");
        var file = new byte[part.Size];
        _files[path + SlotFiles.Fresh] = file;
        Store(part, (piece, at, length) => piece.AsSpan(0, length).CopyTo(file.AsSpan(at)));
        Sync();
        if (!Fits(file, part)) return NotAsWritten(path);
        Write(
            () =>
            {
                _files[path] = file;
                _files.Remove(path + SlotFiles.Fresh);
            },
            () => { });
        Sync();
        return null;
    });

    private SlotContent Content(Slot slot)
    {
        var release = File(slot, SlotFiles.Release) is { } text ? ReleaseText.Read(text) : null;
        return new SlotContent(File(slot, UpdateHeader.Kernel) is not null, release, _roots[0].Length, 0);
    }

    private void Remove(string path)
    {
        if (_files.ContainsKey(path)) Write(() => _files.Remove(path), () => { });
    }

    private void Store(SlotSource source, Action<byte[], int, int> put)
    {
        for (var done = 0; done < source.Size; done += PieceBytes)
        {
            var (at, piece) = (done, new byte[(int)Math.Min(PieceBytes, source.Size - done)]);
            source.Read(at, piece);
            var stored = Spoiled(piece);
            Write(() => put(stored, at, stored.Length), () => put(stored, at, stored.Length / 2));
        }
    }

    /// <summary>A write that waits for its sync.</summary>
    /// <param name="part">What a cut in the middle of it leaves.</param>
    private void Write(Action all, Action part)
    {
        Writes++;
        _unsynced.Add((all, part));
        if (Writes != CutAt) return;
        _isOff = true;
        var last = _unsynced.Count - 1;
        for (var at = 0; at <= last; at++)
        {
            if (dice.Next(2) == 0) continue;
            if (at == last) _unsynced[at].Part();
            else _unsynced[at].All();
        }

        _unsynced.Clear();
        throw new PowerCutException();
    }

    private void Sync()
    {
        foreach (var (all, _) in _unsynced) all();
        _unsynced.Clear();
    }

    /// <summary>What the write that comes next stores.</summary>
    private byte[] Spoiled(byte[] piece)
    {
        if (Writes + 1 != FaultAt) return piece;
        switch (Fault)
        {
            case SlotFault.WriteError:
                throw new IOException("Input/output error");
            case SlotFault.NoSpace:
                throw new IOException("No space left on device");
            case SlotFault.ShortWrite:
                piece.AsSpan(piece.Length / 2).Clear();
                return piece;
            case SlotFault.FlippedBit:
                piece[dice.Next(piece.Length)] ^= 0x10;
                return piece;
            default:
                return piece;
        }
    }

    private string? Guarded<T>(T argument, Func<T, string?> work)
    {
        Powered();
        try
        {
            return work(argument);
        }
        catch (IOException fault)
        {
            Sync();
            return fault.Message;
        }
    }

    private void Powered()
    {
        if (_isOff) throw new PowerCutException();
        Invariant.Check(_unsynced.Count == 0);
    }

    private static bool Fits(ReadOnlySpan<byte> stored, SlotSource source) => SHA256.HashData(stored).AsSpan().SequenceEqual(source.Sha256);

    private static string NotAsWritten(string place) => $"{place}: what the disk gives back differs from what was written";
}
