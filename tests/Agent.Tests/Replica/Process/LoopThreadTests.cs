using System.Collections.Concurrent;
using Appliance.Agent.Replica.Process;
using Appliance.Core.Time;
using Appliance.Drivers.IoLoop;

namespace Appliance.Agent.Tests.Replica.Process;

/// <summary>The thread, its inbox, its watchdog, and its end when it is broken.</summary>
public sealed class LoopThreadTests
{
    [Fact]
    public void A_bug_on_the_thread_ends_everything_with_words()
    {
        using var aborted = new BlockingCollection<string>();
        using var thread = new LoopThread(new Idle(), IoLoopKind.Pool, (words, bug) => aborted.Add($"{words}: {bug.Message}"));
        thread.Start();
        Assert.True(thread.Post(() => throw new InvalidOperationException("planted")));
        Assert.True(aborted.TryTake(out var last, TimeSpan.FromSeconds(10)));
        Assert.Equal("the replica's thread failed: planted", last);
        Assert.True(thread.Join(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void The_inbox_is_bounded_and_in_order()
    {
        var work = new Idle();
        using var thread = new LoopThread(work, IoLoopKind.Pool, (_, _) => { });
        thread.Start();
        using var gate = new ManualResetEventSlim();
        Assert.True(thread.Post(() => gate.Wait(TimeSpan.FromSeconds(10))));
        var (heard, posted) = (new List<int>(), 0);
        while (posted < 1000)
        {
            var number = posted;
            if (!thread.Post(() => heard.Add(number))) break;
            posted++;
        }

        Assert.InRange(posted, 200, 300);
        gate.Set();
        while (!thread.Post(() => work.Ended = true)) Thread.Sleep(1);
        Assert.True(thread.Join(TimeSpan.FromSeconds(10)));
        Assert.Equal(Enumerable.Range(0, posted), heard);
    }

    [Fact]
    public void An_idle_thread_turns_often_enough_and_a_stuck_one_is_noticed()
    {
        var work = new Idle();
        using var thread = new LoopThread(work, IoLoopKind.Pool, (_, _) => { });
        thread.Start();
        using var gate = new ManualResetEventSlim();
        using var stuck = new BlockingCollection<string>();
        using var watchdog = new LoopWatchdog(() => thread.Turns, stuck.Add, TimeSpan.FromMilliseconds(200));
        Thread.Sleep(2500);
        Assert.Empty(stuck);
        thread.Post(() => gate.Wait(TimeSpan.FromSeconds(20)));
        Assert.True(stuck.TryTake(out var words, TimeSpan.FromSeconds(15)));
        Assert.Contains("no turn", words, StringComparison.Ordinal);
        gate.Set();
        thread.Post(() => work.Ended = true);
        Assert.True(thread.Join(TimeSpan.FromSeconds(10)));
    }

    private sealed class Idle : ILoopWork
    {
        public bool Ended { get; set; }

        public void Begin(IoLoop loop)
        {
        }

        public Instant Turned(Instant now) => now + TimeSpan.FromDays(1);

        public void End()
        {
        }
    }
}
