using Appliance.Drivers.Interop;
using Appliance.Drivers.IoLoop;

namespace Appliance.Drivers.BlockFront.FuseLoop;

/// <summary>
/// A block device on kernels that have neither ublk nor NBD: our NBD server, nbdfuse that makes a file of it, and a loop device of that
/// file with direct I/O, so that a flush goes all the way. Neither nbdfuse nor the loop device can wait for another process of ours: when
/// we or nbdfuse die, users of the device get errors.
/// </summary>
internal sealed class FuseLoopDevice : IKernelDevice, IIoOwner
{
    private const string Kind = "loop";
    private const ulong EndToken = 1;
    private const ulong OutputToken = 2;
    private const int ReadWriteDirect = 2 | 0x4000 | 0x80000; // O_RDWR | O_DIRECT | O_CLOEXEC
    private readonly DeviceParts _parts;
    private readonly DeviceNote _note;
    private readonly string _mount;
    private INbdServing? _server;
    private NbdFuse? _fuse;
    private int _number = -1;
    private bool _ending;
    private bool _awaitsEnd;
    private bool _awaitsOutput;

    public FuseLoopDevice(DeviceParts parts)
    {
        _parts = parts;
        _note = new DeviceNote(parts.RunPath(".front"));
        _mount = parts.RunPath(".fuse");
    }

    public string Path => _number < 0 ? "" : LoopDevice.Path(_number);

    public bool Survived => false;

    private string SocketPath => _parts.RunPath(".fuse-nbd");

    /// <summary>Why this machine cannot; null: it can.</summary>
    public static string? Problem()
    {
        if (NbdFuse.Program is null) return "nbdfuse is not installed (package libnbd-bin)";
        if (!File.Exists("/dev/fuse") && KernelModule.Load("fuse") is { } fuse) return fuse;
        return File.Exists("/dev/loop-control") || KernelModule.Load("loop") is not { } loop ? null : loop;
    }

    public void Appear(Action<string?> done)
    {
        _ending = false;
        _server?.Dispose();
        _server = NbdServing.Make(_parts);
        if (MakeRunDirectory() is { } missing)
        {
            done(missing);
            return;
        }

        if (_server.Listen(SocketPath) is { } reason)
        {
            done(reason);
            return;
        }

        _parts.Background.Run(Make, failure =>
        {
            if (failure is null) Watch(_fuse!);
            else EndServer();
            done(failure);
        });
    }

    public void Vanish(Action<string?> done)
    {
        if (_fuse is null)
        {
            EndServer();
            done(null);
            return;
        }

        _ending = true;
        _parts.Background.Run(Unmake, held =>
        {
            if (held is null) EndServer();
            else _ending = false;
            if (held is not null && _fuse is not null) Watch(_fuse);
            done(held);
        });
    }

    public bool Leave() => false;

    public void BuffersFree() => _server?.BuffersFree();

    public void TurnEnds() => _server?.TurnEnds();

    /// <summary>nbdfuse asks for the size only once: the device keeps its size until it is made anew.</summary>
    public void Resized(long size) => _server?.Resized(size);

    /// <summary>nbdfuse has said something, or has ended.</summary>
    public void Done(ulong token, int result)
    {
        if (token == OutputToken) _awaitsOutput = false;
        else _awaitsEnd = false;
        if (_ending || _fuse is null || result < 0) return;
        if (token == OutputToken && !_fuse.Listen()) return;
        if (token == OutputToken || !_fuse.HasEnded)
        {
            Watch(_fuse);
            return;
        }

        var words = $"nbdfuse has ended: {_fuse.LastWords()}";
        _fuse.Dispose();
        _fuse = null;
        EndServer();
        _parts.Lost(words); // The loop device gives errors to whoever holds it; Appear clears it away.
    }

    public void Dispose()
    {
        _server?.Dispose();
        _fuse?.Dispose();
    }

    private void Watch(NbdFuse fuse)
    {
        if (!_awaitsEnd) _parts.Loop.Poll(this, EndToken, fuse.EndFd, PollFd.In);
        if (!_awaitsOutput) _parts.Loop.Poll(this, OutputToken, fuse.OutputFd, PollFd.In);
        (_awaitsEnd, _awaitsOutput) = (true, true);
    }

    private string? MakeRunDirectory()
    {
        try
        {
            Directory.CreateDirectory(_parts.Options.RunDirectory);
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return fault.Message;
        }
    }

    private void EndServer()
    {
        _server?.Dispose();
        _server = null;
    }

    private string? Make()
    {
        if (ClearLeftovers() is { } held) return held;
        // The file's name says whose loop device it is: their numbers are shared by all containers of a host.
        var name = $"{_parts.Options.Name}-{Guid.NewGuid():N}";
        var fuse = NbdFuse.Start(SocketPath, _mount, name);
        var file = Libc.open(fuse.FilePath, ReadWriteDirect);
        if (file < 0) return Undo(fuse, $"{fuse.FilePath}: {Errno.LastWords}");
        try
        {
            _number = LoopDevice.Attach(file, name, _parts.Options.LoopNumber, direct: true);
            _note.Write(Kind, _number);
        }
        catch (IOException fault)
        {
            return Undo(fuse, fault.Message);
        }
        finally
        {
            _ = Libc.close(file);
        }

        _fuse = fuse;
        return null;
    }

    private static string Undo(NbdFuse fuse, string reason)
    {
        fuse.End();
        fuse.Dispose();
        return reason;
    }

    /// <summary>A killed process leaves a loop device on a dead file, and the mount of that. Null, or who holds it.</summary>
    private string? ClearLeftovers()
    {
        foreach (var number in LoopDevice.Attached().Where(IsOurs).ToArray())
            if (LoopDevice.Detach(number) is { } held) return $"left behind by an earlier process: {held}";
        NbdFuse.Clear(_mount);
        _note.Remove();
        return null;
    }

    /// <summary>Noted by an earlier process of this node, or the number that is this replica's alone; and with a file named after the
    /// replica.</summary>
    private bool IsOurs(int number)
    {
        if (number != _parts.Options.LoopNumber && number != _note.Read(Kind)) return false;
        var file = System.IO.Path.GetFileName(LoopDevice.BackingFile(number) ?? "");
        return file.StartsWith($"{_parts.Options.Name}-", StringComparison.Ordinal);
    }

    private string? Unmake()
    {
        var claim = DeviceHolders.Claim(Path, out var held);
        if (claim < 0) return held;
        _ = Libc.close(claim);
        if (LoopDevice.Detach(_number) is { } busy) return busy;
        _fuse!.End();
        _fuse.Dispose();
        _fuse = null;
        _note.Remove();
        return null;
    }
}
