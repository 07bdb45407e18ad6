using System.Diagnostics;
using System.Text;
using Appliance.Drivers.Interop;
using Appliance.Drivers.Script;

namespace Appliance.Drivers.BlockFront.FuseLoop;

/// <summary>The program nbdfuse (Debian: libnbd-bin): makes a file out of an NBD export.</summary>
internal sealed unsafe class NbdFuse : IDisposable
{
    private const int SigTerm = 15;
    private const int SigKill = 9;
    private const int ForceDetach = 1 | 2; // MNT_FORCE | MNT_DETACH
    private static readonly string[] Directories = ["/usr/bin", "/usr/local/bin", "/bin"];
    private static readonly TimeSpan StartBound = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan EndBound = TimeSpan.FromSeconds(3);
    private readonly ChildProcess _child;
    private readonly string _mount;
    private string _said = "";

    private NbdFuse(ChildProcess child, string mount, string file) => (_child, _mount, FilePath) = (child, mount, file);

    /// <summary>Where the program is; null: not installed.</summary>
    public static string? Program => Directories.Select(directory => Path.Combine(directory, "nbdfuse")).FirstOrDefault(File.Exists);

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>Readable when the program has ended.</summary>
    public int EndFd => _child.EndFd;

    /// <summary>Readable when it has said something; to be emptied by <see cref="Listen"/>, else a full pipe would stop it.</summary>
    public int OutputFd => _child.Output;

    /// <summary>Takes what it has said; the last line is kept. False at the end.</summary>
    public bool Listen()
    {
        Span<byte> bytes = stackalloc byte[4096];
        nint count;
        fixed (byte* start = bytes) count = Libc.read(_child.Output, start, bytes.Length);
        if (count <= 0) return false;
        _said = LastLine(bytes[..(int)count]);
        return true;
    }

    /// <summary>Starts it and waits for the file. Blocks.</summary>
    /// <param name="socket">Unix socket of the NBD server, which has to be served meanwhile.</param>
    /// <exception cref="IOException">With the reason.</exception>
    public static NbdFuse Start(string socket, string mount, string name)
    {
        var program = Program ?? throw new IOException("nbdfuse is not installed (package libnbd-bin)");
        Directory.CreateDirectory(mount);
        var file = Path.Combine(mount, name);
        string[] environment = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"];
        var child = ChildProcess.Start([program, file, "--unix", socket], environment, out var reason) ?? throw new IOException(reason);
        var clock = Stopwatch.StartNew();
        while (!File.Exists(file))
        {
            var ended = child.TryReap(out _);
            if (!ended && clock.Elapsed < StartBound)
            {
                Thread.Sleep(5);
                continue;
            }

            if (!ended) child.Signal(SigKill);
            var words = Output(child);
            _ = child.TryReap(out _);
            child.Dispose();
            _ = Libc.umount2(mount, ForceDetach);
            throw new IOException(ended ? $"nbdfuse ended: {words}" : $"nbdfuse shows no file after {StartBound.TotalSeconds} s: {words}");
        }

        return new NbdFuse(child, mount, file);
    }

    /// <summary>Removes what a killed process left at a mount point; nothing when there is nothing. Blocks.</summary>
    public static void Clear(string mount)
    {
        for (var layer = 0; layer < 8 && Libc.umount2(mount, ForceDetach) == 0; layer++) { }
    }

    public bool HasEnded => _child.TryReap(out _);

    /// <summary>Its last words.</summary>
    public string LastWords()
    {
        _ = _child.TryReap(out _);
        var words = Output(_child);
        return words.Length > 0 ? words : _said.Length > 0 ? _said : "no message";
    }

    /// <summary>Unmounts and waits for its end. Blocks.</summary>
    public void End()
    {
        if (Libc.umount2(_mount, 0) < 0) Clear(_mount);
        foreach (var signal in new[] { 0, SigTerm, SigKill })
        {
            if (signal != 0) _child.Signal(signal);
            var clock = Stopwatch.StartNew();
            while (clock.Elapsed < EndBound)
            {
                if (_child.TryReap(out _)) return;
                Thread.Sleep(5);
            }
        }
    }

    public void Dispose() => _child.Dispose();

    /// <summary>What there is in the pipe now, the last line of it.</summary>
    private static string Output(ChildProcess child)
    {
        var entry = new PollFd { Fd = child.Output, Events = PollFd.In };
        if (PollFd.Wait(&entry, 1, TimeSpan.Zero) == 0) return "";
        Span<byte> bytes = stackalloc byte[4096];
        nint count;
        fixed (byte* start = bytes) count = Libc.read(child.Output, start, bytes.Length);
        return LastLine(bytes[..(int)Math.Max(count, 0)]);
    }

    private static string LastLine(ReadOnlySpan<byte> bytes)
    {
        var lines = Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == 0 ? "" : lines[^1].Trim();
    }
}
