using System.Diagnostics;
using System.Runtime.InteropServices;
using Appliance.Core;
using Appliance.Drivers.Interop;

namespace Appliance.Drivers.Tests.Polling;

/// <summary>Waits while signals rain on the thread that waits, as SIGCHLD does when somebody else's child ends.</summary>
public sealed unsafe partial class PollFdTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    [Fact]
    public void Signal_cuts_the_system_call_short()
    {
        // What the other tests stand on: without this they would prove nothing.
        using var rain = new Rain();
        var time = TimeSpec.Of(TimeSpan.FromMinutes(1));
        Assert.Equal(-1, Libc.ppoll(null, 0, &time, null));
        Assert.Equal(Errno.EINTR, Errno.Last);
    }

    [Fact]
    public void Signal_does_not_end_a_wait()
    {
        using var rain = new Rain();
        var watch = Stopwatch.StartNew();
        Assert.Equal(0, PollFd.Wait(null, 0, Patience));
        Assert.InRange(watch.Elapsed, Patience, TimeSpan.MaxValue);
    }

    [Fact]
    public void What_was_found_before_is_not_found_again()
    {
        using var wake = new WakeUp();
        wake.Pulse();
        var entry = new PollFd { Fd = wake.Fd, Events = PollFd.In };
        Assert.Equal(1, PollFd.Wait(&entry, 1, null));
        Assert.Equal(PollFd.In, entry.Returned);
        wake.Drain();
        using var rain = new Rain();
        Assert.Equal(0, PollFd.Wait(&entry, 1, Patience));
        Assert.Equal(0, entry.Returned);
    }

    [Fact]
    public void Pulse_ends_a_wait_in_the_rain()
    {
        using var wake = new WakeUp();
        using var rain = new Rain();
        using var later = new Timer(_ => wake.Pulse(), null, Patience, Timeout.InfiniteTimeSpan);
        Assert.True(wake.Wait(TimeSpan.FromMinutes(5)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(-60_000)]
    public void Time_that_is_over_is_not_waited_for(int milliseconds)
    {
        using var wake = new WakeUp();
        Assert.False(wake.Wait(TimeSpan.FromMilliseconds(milliseconds)));
    }

    [Fact]
    public void Closing_twice_is_our_own_fault()
    {
        // A number that nobody else in this process can have been given meanwhile.
        Assert.Throws<InvariantException>(() => Libc.close(1 << 20));
    }

    /// <summary>A signal every millisecond for the thread that made this.</summary>
    private sealed partial class Rain : IDisposable
    {
        private const int WindowChanged = 28; // SIGWINCH: nobody's life depends on it.

        // .NET installs its handler with the first registration.
        private readonly PosixSignalRegistration _handler =
            PosixSignalRegistration.Create(PosixSignal.SIGWINCH, context => context.Cancel = true);

        private readonly Thread _cloud;
        private volatile bool _over;

        public Rain()
        {
            var target = gettid();
            _cloud = new Thread(() =>
            {
                while (!_over)
                {
                    _ = tgkill(Environment.ProcessId, target, WindowChanged);
                    Thread.Sleep(1);
                }
            });
            _cloud.Start();
        }

        public void Dispose()
        {
            _over = true;
            _cloud.Join();
            _handler.Dispose();
        }

        [LibraryImport("libc")]
        private static partial int gettid();

        [LibraryImport("libc")]
        private static partial int tgkill(int process, int thread, int signal);
    }
}
