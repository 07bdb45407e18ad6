using System.Globalization;
using Appliance.Drivers.Interop;

namespace Appliance.Agent.Stick;

/// <summary>A stick's file system, mounted so that nothing on it can act: read-only, no programs, no devices, no links.</summary>
public sealed class StickMount : IDisposable
{
    private const ulong ReadOnly = 1; // MS_RDONLY and so on, linux/mount.h
    private const ulong NoSuid = 2;
    private const ulong NoDev = 4;
    private const ulong NoExec = 8;
    private const ulong Remount = 32;
    private const ulong NoSymlinks = 256;
    private const ulong Tame = NoSuid | NoDev | NoExec | NoSymlinks;

    /// <summary>File systems of sticks. Nothing with an owner, a link or a journal: those readers are not for strangers.</summary>
    private static readonly string[] Kinds = ["vfat", "exfat"];

    private readonly string _device;

    private StickMount(string device, string folder) => (_device, Folder) = (device, folder);

    /// <summary>Where it is.</summary>
    public string Folder { get; }

    /// <summary>Mounts a block device on a folder of its own below <paramref name="under"/>. Null and why not.</summary>
    public static StickMount? Open(string device, string under, out string problem)
    {
        var folder = Path.Combine(under, string.Create(CultureInfo.InvariantCulture, $"stick-{Environment.ProcessId}"));
        try
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            problem = $"{folder}: {fault.Message}";
            return null;
        }

        problem = "";
        foreach (var kind in Kinds)
        {
            if (Libc.mount(device, folder, kind, ReadOnly | Tame, "umask=0077") == 0) return new StickMount(device, folder);
            var errno = Errno.Last;
            problem += $"{(problem.Length > 0 ? "; " : "")}{kind}: {Errno.Words(errno)}";
            if (errno is Errno.EPERM or Errno.EBUSY or Errno.ENOENT or Errno.EIO) break;
        }

        problem = $"{device} cannot be mounted ({problem}); a stick has a FAT or exFAT file system";
        Directory.Delete(folder);
        return null;
    }

    /// <summary>For the one file that we write. Null, or why the stick stays read-only.</summary>
    public string? MakeWritable() =>
        Libc.mount(_device, Folder, "", Remount | Tame, null) == 0 ? null : $"the stick cannot be written: {Errno.LastWords}";

    public void Dispose()
    {
        // Detached: a stick that was pulled out must not keep us.
        if (Libc.umount2(Folder, 0) != 0) _ = Libc.umount2(Folder, 2);
        try
        {
            Directory.Delete(Folder);
        }
        catch (IOException)
        {
            // Still busy: the folder is below /run and goes with the machine.
        }
    }
}
