using System.Runtime.InteropServices;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.Script;

/// <summary>
/// A program in a session (and so a process group) of its own, started with posix_spawn(3): default signals, /dev/null or a few given
/// bytes as input, "/" as directory, no descriptor of ours but the pipe its outputs go to.
/// </summary>
internal sealed unsafe class ChildProcess : IDisposable
{
    private const int OpaqueBytes = 512; // posix_spawnattr_t has 336, posix_spawn_file_actions_t 80 (glibc, 64 bit).
    private const short Session = 0x80; // POSIX_SPAWN_SETSID
    private const short SignalDefaults = 0x04;
    private const short SignalMask = 0x08;
    private const int CloseOnExec = 0x80000;
    private const int NoHang = 1;

    /// <summary>Less than a pipe holds: nobody has to wait for the program to read.</summary>
    public const int InputBytesMax = 32 << 10;

    private readonly int _pid;

    private ChildProcess(int pid, int output)
    {
        (_pid, Output) = (pid, output);
        EndFd = Libc.pidfd_open(pid, 0);
    }

    /// <summary>Reading end of its outputs.</summary>
    public int Output { get; private set; }

    /// <summary>Readable when it has ended; -1 where the kernel has no such thing.</summary>
    public int EndFd { get; private set; }

    /// <summary>Without input.</summary>
    public static ChildProcess? Start(IReadOnlyList<string> command, IEnumerable<string> environment, out string reason) =>
        Start(command, environment, [], out reason);

    /// <summary>Null and the reason when it cannot be started.</summary>
    public static ChildProcess? Start(
        IReadOnlyList<string> command, IEnumerable<string> environment, ReadOnlySpan<byte> input, out string reason)
    {
        var ends = stackalloc int[2];
        reason = "";
        if (Libc.pipe2(ends, CloseOnExec) < 0)
        {
            reason = $"pipe: {Errno.LastWords}";
            return null;
        }

        var given = Given(input, out reason);
        int pid = 0;
        var error = reason.Length > 0 ? Errno.EIO : Spawn(&pid, command, environment, given, ends[1]);
        _ = Libc.close(ends[1]);
        if (given >= 0) _ = Libc.close(given);
        if (error == 0) return new ChildProcess(pid, ends[0]);
        _ = Libc.close(ends[0]);
        if (reason.Length == 0) reason = $"cannot start {command[0]}: {Errno.Words(error)}";
        return null;
    }

    /// <summary>Reading end of a pipe that holds the input; -1: there is none, or it does not fit.</summary>
    private static int Given(ReadOnlySpan<byte> input, out string reason)
    {
        reason = input.Length > InputBytesMax ? $"{input.Length} bytes of input, at most {InputBytesMax}" : "";
        var ends = stackalloc int[2];
        if (input.IsEmpty || reason.Length > 0) return -1;
        if (Libc.pipe2(ends, CloseOnExec) < 0)
        {
            reason = $"pipe: {Errno.LastWords}";
            return -1;
        }

        fixed (byte* bytes = input)
            if (Libc.write(ends[1], bytes, input.Length) != input.Length) reason = $"input: {Errno.LastWords}";
        _ = Libc.close(ends[1]);
        return ends[0];
    }

    /// <summary>Sends a signal to the whole group.</summary>
    public void Signal(int signal) => _ = Libc.kill(-_pid, signal);

    /// <summary>True when it has ended, with its wait status; then it is gone for good.</summary>
    public bool TryReap(out int status)
    {
        int found;
        var result = Libc.waitpid(_pid, &found, NoHang);
        status = found;
        return result != 0; // -1: somebody else has reaped it.
    }

    public void Dispose()
    {
        if (Output >= 0) _ = Libc.close(Output);
        if (EndFd >= 0) _ = Libc.close(EndFd);
        (Output, EndFd) = (-1, -1);
    }

    private static int Spawn(int* pid, IReadOnlyList<string> command, IEnumerable<string> environment, int input, int output)
    {
        var attributes = stackalloc byte[OpaqueBytes];
        var actions = stackalloc byte[OpaqueBytes];
        var signals = stackalloc ulong[16]; // sigset_t
        _ = Libc.posix_spawnattr_init(attributes);
        _ = Libc.posix_spawnattr_setflags(attributes, Session | SignalDefaults | SignalMask);
        _ = Libc.posix_spawnattr_setsigmask(attributes, signals);
        signals[0] = 0x7fff_ffff; // Signals 1 to 31: the runtime ignores SIGPIPE, what we start must not.
        _ = Libc.posix_spawnattr_setsigdefault(attributes, signals);
        _ = Libc.posix_spawn_file_actions_init(actions);
        if (input >= 0) _ = Libc.posix_spawn_file_actions_adddup2(actions, input, 0);
        else _ = Libc.posix_spawn_file_actions_addopen(actions, 0, "/dev/null", 0, 0);
        _ = Libc.posix_spawn_file_actions_adddup2(actions, output, 1);
        _ = Libc.posix_spawn_file_actions_adddup2(actions, output, 2);
        _ = Libc.posix_spawn_file_actions_addclosefrom_np(actions, 3);
        _ = Libc.posix_spawn_file_actions_addchdir_np(actions, "/");
        var arguments = Strings(command);
        var variables = Strings(environment);
        try
        {
            fixed (nint* first = arguments, second = variables)
                return Libc.posix_spawn(pid, command[0], actions, attributes, (byte**)first, (byte**)second);
        }
        finally
        {
            _ = Libc.posix_spawn_file_actions_destroy(actions);
            _ = Libc.posix_spawnattr_destroy(attributes);
            foreach (var text in arguments.Concat(variables)) Marshal.FreeCoTaskMem(text);
        }
    }

    /// <summary>A C array of C strings, ended by a null pointer.</summary>
    private static nint[] Strings(IEnumerable<string> texts) => [.. texts.Select(Marshal.StringToCoTaskMemUTF8), 0];
}
