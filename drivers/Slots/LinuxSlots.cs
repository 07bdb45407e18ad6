using System.Security.Cryptography;
using Appliance.Core.Update;
using Appliance.Drivers.BlockDisk;
using Appliance.Drivers.Interop;
using Microsoft.Win32.SafeHandles;

namespace Appliance.Drivers.Slots;

/// <summary>Slots on a disk: partitions by name, files on the FAT of the boot partition.</summary>
/// <param name="tell">Told what went wrong beside the work itself.</param>
public sealed class LinuxSlots(SlotPlaces places, Action<string> tell) : ISlots
{
    private const int OpenDirectory = 0x10000 | 0x80000; // O_DIRECTORY | O_CLOEXEC
    private const int ChunkBytes = 1 << 20;

    /// <summary>Largest transfer unit of a disk: what is written directly is filled up to it.</summary>
    private const int SectorBytesMax = 4096;

    public SlotSite? Look(out string problem)
    {
        problem = "";
        try
        {
            var line = File.ReadAllText(places.CommandLine);
            if (SlotText.OfCommandLine(line) is not { } running)
            {
                problem = "this machine does not run from a node image: the kernel's command line has no appliance.slot=; updates come by "
                    + "the distribution's packages (apt)";
                return null;
            }

            if (Release(places.Release) is not { } release)
            {
                problem = $"{places.Release} says no version= and arch=: this root was not made by build-image.sh";
                return null;
            }

            var record = Path.Combine(places.Boot, SlotFiles.Record);
            return new SlotSite(
                running, IsTrial(line), File.Exists(record) ? File.ReadAllBytes(record) : null, Content(Slot.A), Content(Slot.B),
                new DriveInfo(places.Boot).AvailableFreeSpace, release);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            problem = $"the slots cannot be looked at: {fault.Message}";
            return null;
        }
    }

    public string? WriteRecord(ReadOnlySpan<byte> block)
    {
        var bytes = block.ToArray();
        return OnBoot(() =>
        {
            var path = Path.Combine(places.Boot, SlotFiles.Record);
            if (!File.Exists(path) || new FileInfo(path).Length != bytes.Length) return Replace(path, Of(bytes));
            // In place: GRUB writes to the same blocks, and a rename would be two writes of the directory instead of one of a sector.
            using (var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write))
            {
                RandomAccess.Write(file, bytes, 0);
                RandomAccess.FlushToDisk(file);
                Forget(file);
            }

            return Differs(path, Of(bytes));
        });
    }

    public string? Withdraw(Slot slot) => OnBoot(() =>
    {
        var folder = Path.Combine(places.Boot, SlotFiles.Folder(slot));
        Directory.CreateDirectory(folder);
        File.Delete(Path.Combine(folder, UpdateHeader.Kernel));
        if (Sync(folder) is { } fault) return fault;
        foreach (var rest in Directory.GetFiles(folder)) File.Delete(rest);
        return Sync(folder);
    });

    public string? WriteRoot(Slot slot, SlotSource source)
    {
        var path = RootPath(slot);
        using var device = OpenedDevice.Open(path, direct: false, out var problem);
        if (device is null) return problem;
        if (source.Size > device.Bytes) return $"{path} has {device.Bytes} bytes, the root file system {source.Size}";
        try
        {
            return Copy(device, source) ?? device.Flush() ?? ReadBack(device, source);
        }
        catch (IOException fault)
        {
            return $"the source of {path}: {fault.Message}";
        }
    }

    public string? WriteBoot(Slot slot, string name, SlotSource source) =>
        OnBoot(() => Replace(Path.Combine(places.Boot, SlotFiles.Folder(slot), name), source));

    private string RootPath(Slot slot) => Path.Combine(places.Partitions, $"root-{slot.Word()}");

    private static bool IsTrial(string commandLine) =>
        Array.IndexOf(commandLine.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries), "appliance.trial=1") >= 0;

    private SlotContent Content(Slot slot)
    {
        var folder = Path.Combine(places.Boot, SlotFiles.Folder(slot));
        var kernel = new FileInfo(Path.Combine(folder, UpdateHeader.Kernel));
        var taken = 0L;
        if (Directory.Exists(folder))
            foreach (var file in Directory.GetFiles(folder)) taken += new FileInfo(file).Length;
        using var device = OpenedDevice.Look(RootPath(slot), out _);
        return new SlotContent(kernel.Exists, Release(Path.Combine(folder, SlotFiles.Release)), device?.Bytes ?? 0, taken);
    }

    private static ReleaseText? Release(string path)
    {
        if (!File.Exists(path)) return null;
        using var file = File.OpenRead(path);
        var bytes = new byte[ReleaseText.BytesMax + 1];
        return ReleaseText.Read(bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)));
    }

    private string? OnBoot(Func<string?> work)
    {
        if (!Directory.Exists(places.Boot)) return $"{places.Boot} does not exist: is the boot partition mounted there?";
        try
        {
            using var writable = BootWritable.Open(places.Boot, tell, out var problem);
            return writable is null ? problem : work();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"{places.Boot}: {fault.Message}";
        }
    }

    /// <summary>Beside its name, to the disk, compared, then renamed.</summary>
    private static string? Replace(string path, SlotSource source)
    {
        var fresh = path + SlotFiles.Fresh;
        var folder = Directory.CreateDirectory(Path.GetDirectoryName(path)!).FullName;
        using (var file = File.OpenHandle(fresh, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            var buffer = new byte[(int)Math.Min(source.Size, ChunkBytes)];
            for (var done = 0L; done < source.Size;)
            {
                var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, source.Size - done));
                source.Read(done, part);
                RandomAccess.Write(file, part, done);
                done += part.Length;
            }

            RandomAccess.FlushToDisk(file);
            Forget(file);
        }

        if (Differs(fresh, source) is { } fault) return fault;
        File.Move(fresh, path, overwrite: true);
        return Sync(folder);
    }

    private static string? Copy(OpenedDevice device, SlotSource source)
    {
        var buffer = new byte[ChunkBytes];
        for (var done = 0L; done < source.Size;)
        {
            var part = (int)Math.Min(buffer.Length, source.Size - done);
            source.Read(done, buffer.AsSpan(0, part));
            var written = device.IsBlock ? (part + SectorBytesMax - 1) / SectorBytesMax * SectorBytesMax : part;
            buffer.AsSpan(part, written - part).Clear();
            if (device.Write(done, buffer.AsSpan(0, (int)Math.Min(written, device.Bytes - done))) is { } fault) return fault;
            done += part;
        }

        return null;
    }

    /// <summary>A block device is open with O_DIRECT; a file's pages are clean by now and can be dropped.</summary>
    private static string? ReadBack(OpenedDevice device, SlotSource source)
    {
        if (!device.IsBlock) _ = Libc.posix_fadvise(device.Fd, 0, 0, Libc.DontNeed);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[ChunkBytes];
        for (var done = 0L; done < source.Size;)
        {
            var part = (int)Math.Min(buffer.Length, source.Size - done);
            var asked = (int)Math.Min((part + SectorBytesMax - 1) / SectorBytesMax * SectorBytesMax, device.Bytes - done);
            if (device.Read(done, buffer.AsSpan(0, asked)) is { } fault) return fault;
            hash.AppendData(buffer, 0, part);
            done += part;
        }

        return hash.GetHashAndReset().AsSpan().SequenceEqual(source.Sha256) ? null : NotAsWritten(device.Path);
    }

    private static string? Differs(string path, SlotSource source)
    {
        using var file = File.OpenRead(path);
        return file.Length == source.Size && SHA256.HashData(file).AsSpan().SequenceEqual(source.Sha256) ? null : NotAsWritten(path);
    }

    private static string NotAsWritten(string path) =>
        $"{path}: what the disk gives back differs from what was written; the disk is failing, or the source changed meanwhile: look "
            + "at the disk (smartctl -a), try again";

    private static SlotSource Of(byte[] bytes) =>
        new(bytes.Length, SHA256.HashData(bytes), (offset, into) => bytes.AsSpan((int)offset, into.Length).CopyTo(into));

    private static void Forget(SafeFileHandle file) =>
        _ = Libc.posix_fadvise((int)file.DangerousGetHandle(), 0, 0, Libc.DontNeed);

    private static string? Sync(string folder)
    {
        var handle = Libc.open(folder, OpenDirectory);
        if (handle < 0) return $"{folder}: {Errno.LastWords}";
        var fault = Libc.syncfs(handle) == 0 ? null : $"{folder}: {Errno.LastWords}";
        _ = Libc.close(handle);
        return fault;
    }
}
