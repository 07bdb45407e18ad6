using System.Diagnostics;
using System.Text;
using Appliance.Core;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.Script;

/// <summary>Runs a program to its end: bounded output, and when abandoned SIGTERM, a moment later SIGKILL, to all it has started.</summary>
public static unsafe class ProcessRunner
{
    private const int SigTerm = 15;
    private const int SigKill = 9;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KilledBound = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(20);

    /// <param name="command">Absolute path of the program, then its arguments.</param>
    /// <param name="environment">Beside PATH and LANG.</param>
    /// <param name="abandon">Ends the program; the call returns within about three seconds.</param>
    /// <param name="input">What it reads on its standard input, at most <see cref="ChildProcess.InputBytesMax"/>; empty: nothing.</param>
    public static ProcessEnd Run(
        IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? environment, CancellationToken abandon, byte[]? input = null)
    {
        string[] basics = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "HOME=/root"];
        var variables = basics.Concat((environment ?? new Dictionary<string, string>()).Select(pair => $"{pair.Key}={pair.Value}"));
        using var child = ChildProcess.Start(command, variables, input ?? [], out var reason);
        if (child is null) return new ProcessEnd(null, "", reason);
        using var wake = new WakeUp();
        using var registration = abandon.Register(static state => ((WakeUp)state!).Pulse(), wake);
        return Follow(child, wake, abandon);
    }

    /// <summary>"exit code 3", or how else it ended.</summary>
    private static ProcessEnd End(int status, byte[] output, int count)
    {
        var text = Encoding.UTF8.GetString(output, 0, count);
        var signal = status & 0x7f; // wait(2): low seven bits are the signal, the next byte is the exit code.
        return signal == 0 ? new ProcessEnd((status >> 8) & 0xff, text, "") : new ProcessEnd(null, text, $"killed by signal {signal}");
    }

    private static ProcessEnd Follow(ChildProcess child, WakeUp wake, CancellationToken abandon)
    {
        var output = new byte[4096];
        var count = 0;
        var entries = stackalloc PollFd[3];
        entries[0] = new PollFd { Fd = child.EndFd, Events = PollFd.In };
        entries[1] = new PollFd { Fd = child.Output, Events = PollFd.In };
        entries[2] = new PollFd { Fd = wake.Fd, Events = PollFd.In };
        while (true)
        {
            _ = PollFd.Wait(entries, 3, child.EndFd < 0 ? LookAgain : null);
            if (entries[1].Returned != 0 && !Take(child.Output, ref output, ref count))
                entries[1].Fd = -1; // End of output is not yet the end.
            if (child.TryReap(out var status))
            {
                // A daemon it started may keep the pipe open for ever: take what is there.
                while (Readable(child.Output, LastWords) && Take(child.Output, ref output, ref count)) { }
                return End(status, output, count);
            }

            if (abandon.IsCancellationRequested) return EndAbandoned(child, Encoding.UTF8.GetString(output, 0, count));
        }
    }

    private static ProcessEnd EndAbandoned(ChildProcess child, string output)
    {
        child.Signal(SigTerm);
        var ended = WaitForEnd(child, Grace);
        child.Signal(SigKill); // Also for what the program has left behind in its group.
        ended = ended || WaitForEnd(child, KilledBound);
        return new ProcessEnd(
            null, output, ended ? "abandoned and ended" : "abandoned; it does not end even with SIGKILL (blocked in the kernel)");
    }

    private static bool WaitForEnd(ChildProcess child, TimeSpan bound)
    {
        var clock = Stopwatch.StartNew();
        while (!child.TryReap(out _))
        {
            var left = bound - clock.Elapsed;
            if (left <= TimeSpan.Zero) return false;
            Readable(child.EndFd, left < LookAgain ? left : LookAgain);
        }

        return true;
    }

    private static bool Readable(int fd, TimeSpan timeout)
    {
        var entry = new PollFd { Fd = fd, Events = PollFd.In };
        return PollFd.Wait(&entry, 1, timeout) > 0;
    }

    /// <summary>Reads once; what exceeds the limit is thrown away, never left in the pipe, where it would block the program. False at the
    /// end.</summary>
    private static bool Take(int fd, ref byte[] output, ref int count)
    {
        Span<byte> chunk = stackalloc byte[4096];
        nint size;
        fixed (byte* start = chunk) size = Libc.read(fd, start, chunk.Length);
        if (size <= 0) return false;
        var kept = Math.Min((int)size, Limits.OutputBytesMax - count);
        if (count + kept > output.Length)
            Array.Resize(ref output, Math.Min(Limits.OutputBytesMax, Math.Max(output.Length * 2, count + kept)));
        chunk[..kept].CopyTo(output.AsSpan(count));
        count += kept;
        return true;
    }
}
