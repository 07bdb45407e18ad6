using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Appliance.Drivers.Tests.Support;

/// <summary>
/// Two private network namespaces joined by a veth pair: "here" (interface here0) and "there" (there0). Work runs on threads of
/// its own that have joined a namespace; threads and processes they start inherit it. The host's own interfaces are never touched.
/// </summary>
public sealed partial class TestNetwork : IDisposable
{
    private const int NetworkNamespace = 0x40000000; // CLONE_NEWNET
    private static int _count;
    private readonly string _here;
    private readonly string _there;

    public TestNetwork()
    {
        var id = $"{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";
        (_here, _there) = ($"appl-{id}-h", $"appl-{id}-t");
        Ip($"netns add {_here}");
        Ip($"netns add {_there}");
        Ip($"-n {_here} link add here0 type veth peer name there0 netns {_there}");
        foreach (var (space, link) in new[] { (_here, "here0"), (_there, "there0") })
        {
            Ip($"-n {space} link set lo up");
            Ip($"-n {space} link set {link} addrgenmode none"); // No link-local addresses: tests say which addresses there are.
            Ip($"-n {space} link set {link} up");
        }

        // The kernel tells of a carrier from a work queue: on a busy machine that takes a while.
        foreach (var (space, link) in new[] { (_here, "here0"), (_there, "there0") })
            for (var tries = 0; tries < 200 && !Ip($"-n {space} link show {link}").Contains("state UP", StringComparison.Ordinal); tries++)
                Thread.Sleep(20);
    }

    public void IpHere(string arguments) => Ip($"-n {_here} {arguments}");

    public void IpThere(string arguments) => Ip($"-n {_there} {arguments}");

    /// <summary>What "ip … show" prints here.</summary>
    public string ShowHere(string arguments) => Ip($"-n {_here} {arguments}");

    public void Here(Action work) => In(_here, work);

    public void There(Action work) => In(_there, work);

    public T Here<T>(Func<T> work)
    {
        T? result = default;
        In(_here, () => result = work());
        return result!;
    }

    public T There<T>(Func<T> work)
    {
        T? result = default;
        In(_there, () => result = work());
        return result!;
    }

    public void Dispose()
    {
        Ip($"netns delete {_here}");
        Ip($"netns delete {_there}");
    }

    private static void In(string name, Action work)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var space = File.OpenHandle($"/run/netns/{name}");
                if (SetNamespace((int)space.DangerousGetHandle(), NetworkNamespace) != 0)
                    throw new IOException($"setns: {Marshal.GetLastPInvokeErrorMessage()}");
                work();
            }
            catch (Exception fault)
            {
                failure = ExceptionDispatchInfo.Capture(fault);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    private static string Ip(string arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("ip", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEnd();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"ip {arguments}: {error}");
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int fd, int type);
}
