using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Appliance.Drivers.Tests.UdpPort;

/// <summary>Runs a test on a thread of its own in a network namespace of its own with a veth pair "left" and "right". The namespace ends
/// with the thread.</summary>
internal static partial class NamespaceThread
{
    private const int NewNet = 0x40000000; // CLONE_NEWNET

    public static void Run(Action test)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Assert.Equal(0, unshare(NewNet));
                Ip("link set lo up");
                Ip("link add left type veth peer name right");
                test();
            }
            catch (Exception fault)
            {
                failure = fault;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is not null) throw new InvalidOperationException($"in the namespace: {failure}", failure);
    }

    /// <summary>ip(8) in the namespace of the calling thread.</summary>
    public static void Ip(string arguments)
    {
        // A child is forked from the calling thread's process, not its namespace: enter it by the thread's own file.
        var start = new ProcessStartInfo(
            "nsenter", $"--net=/proc/{Environment.ProcessId}/task/{gettid()}/ns/net ip {arguments}") { RedirectStandardError = true };
        using var ip = Process.Start(start)!;
        var words = ip.StandardError.ReadToEnd();
        ip.WaitForExit();
        Assert.True(ip.ExitCode == 0, $"ip {arguments}: {words}");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unshare(int flags);

    [LibraryImport("libc")]
    private static partial int gettid();
}
