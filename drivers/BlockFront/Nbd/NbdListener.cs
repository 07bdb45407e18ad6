using System.Text;
using Appliance.Drivers.Interop;
using Microsoft.Win32.SafeHandles;

namespace Appliance.Drivers.BlockFront.Nbd;

/// <summary>A unix socket on which clients call; removed from the file system when nobody shall call any more.</summary>
internal sealed unsafe class NbdListener : IDisposable
{
    private const int Unix = 1; // AF_UNIX
    private const int StreamCloseOnExec = 1 | 0x80000; // SOCK_STREAM | SOCK_CLOEXEC
    private const int NonBlocking = 0x800; // SOCK_NONBLOCK
    private const int PathBytesMax = 107;
    private const int Backlog = 16;
    private readonly ulong _inode;
    private bool _unlinked;

    private NbdListener(int socket, string path)
    {
        (Socket, Path) = (socket, path);
        _inode = TryLook(path, out var there) ? there.Inode : 0;
    }

    public string Path { get; }

    public int Socket { get; private set; }

    /// <summary>Null, and why not.</summary>
    public static NbdListener? Open(string path, out string problem)
    {
        problem = Prepare(path);
        if (problem.Length > 0) return null;
        var socket = Libc.socket(Unix, StreamCloseOnExec, 0);
        if (socket >= 0 && IsPrivate(socket) && Named(socket, path, Libc.bind) == 0 && Libc.listen(socket, Backlog) == 0)
            return new NbdListener(socket, path);
        problem = $"cannot listen on {path}: {Errno.LastWords}";
        if (socket >= 0) _ = Libc.close(socket);
        return null;
    }

    /// <summary>Gives it its mode before it has a name: nobody else can ever open it.</summary>
    private static bool IsPrivate(int socket)
    {
        using var handle = new SafeFileHandle(socket, ownsHandle: false);
        File.SetUnixFileMode(handle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return true;
    }

    /// <summary>Makes way for the socket: only what a dead process has left is removed.</summary>
    private static string Prepare(string path)
    {
        if (Encoding.UTF8.GetByteCount(path) is 0 or > PathBytesMax) return $"{path}: the path of a socket has 1 to {PathBytesMax} bytes";
        if (!TryLook(path, out var there)) return "";
        if (!there.IsSocket) return $"{path} is there and is not a socket; it is not touched";
        var probe = Libc.socket(Unix, StreamCloseOnExec | NonBlocking, 0);
        var called = Named(probe, path, Libc.connect);
        var reason = Errno.Last;
        if (probe >= 0) _ = Libc.close(probe);
        if (called == 0 || reason != Errno.ECONNREFUSED) return $"another process already answers on {path}; stop it first";
        File.Delete(path);
        return "";
    }

    private static int Named(int socket, string path, Call call)
    {
        var address = stackalloc byte[sizeof(ushort) + PathBytesMax + 1];
        new Span<byte>(address, sizeof(ushort) + PathBytesMax + 1).Clear();
        *(ushort*)address = Unix;
        var length = Encoding.UTF8.GetBytes(path, new Span<byte>(address + sizeof(ushort), PathBytesMax));
        return call(socket, address, sizeof(ushort) + length + 1);
    }

    /// <summary>Nobody new can call. A file that is not this socket any more is left alone.</summary>
    public void Unlink()
    {
        if (_unlinked) return;
        _unlinked = true;
        if (!TryLook(Path, out var there) || there.Inode != _inode) return;
        try
        {
            File.Delete(Path);
        }
        catch (Exception world) when (world is IOException or UnauthorizedAccessException)
        {
            // The directory is gone, or read-only by now: then the name does no harm.
        }
    }

    private static bool TryLook(string path, out StatX there)
    {
        fixed (StatX* facts = &there) return Libc.statx(StatX.Here, path, StatX.NoFollow, StatX.Basic, facts) == 0;
    }

    public void Dispose()
    {
        Unlink();
        if (Socket >= 0) _ = Libc.close(Socket);
        Socket = -1;
    }

    private delegate int Call(int socket, void* address, int length);
}
