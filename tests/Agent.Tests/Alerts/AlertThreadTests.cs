using System.Collections.Concurrent;
using System.Text;
using Appliance.Agent.Alerts;
using Appliance.Agent.Clock;
using Appliance.Agent.Journal;
using Appliance.Core.Alerts;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Drivers.Courier;

namespace Appliance.Agent.Tests.Alerts;

public sealed class AlertThreadTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("alerts-").FullName;
    private readonly ScriptedCourier _courier = new();
    private readonly ConcurrentQueue<string> _complaints = [];
    private EventStore _events;
    private AlertThread _thread;

    public AlertThreadTests()
    {
        _events = Store();
        _events.Add(new Report(ReportKind.Role, "long before anybody was to be told"));
        _thread = New();
    }

    [Fact]
    public void A_receiver_hears_what_happens_from_now_on()
    {
        Happen("pbx-a is dead");
        Until(() => _courier.Told.Contains("pbx-a is dead"), "it is told");
        Assert.DoesNotContain("long before anybody was to be told", _courier.Told);
        Until(() => new AlertCursor(_folder, "test").Read() == 2, "it is kept how far it got");
    }

    [Fact]
    public void What_was_not_delivered_before_a_restart_is_told_after_it_and_nothing_twice()
    {
        Happen("first");
        Until(() => _courier.Told.Contains("first") && new AlertCursor(_folder, "test").Read() == 2, "it is told");
        _courier.Problem = "no route to the mail server";
        Happen("second");
        Until(() => _thread.Problem.Contains("no route", StringComparison.Ordinal), "the trouble shows");
        Restart();
        _courier.Problem = null;
        Until(() => _courier.Told.Contains("second"), "it is told after the restart");
        Happen("third");
        Until(() => _courier.Told.Contains("third"), "and it goes on");
        Assert.Equal(["first", "second", "third"], _courier.Told);
        Assert.Contains(_complaints, text => text.Contains("no route to the mail server", StringComparison.Ordinal));
    }

    [Fact]
    public void A_courier_that_hangs_holds_up_neither_the_news_nor_the_end()
    {
        _courier.Hang();
        Happen("first");
        Until(() => _courier.IsHanging, "it hangs");
        for (var i = 0; i < 100; i++) Happen($"news {(char)('a' + (i % 26))}");
        var began = Environment.TickCount64;
        _thread.Dispose();
        Assert.True(Environment.TickCount64 - began < 15_000, "the end waits for nobody");
        _courier.Free();
    }

    [Fact]
    public void News_after_the_end_is_told_after_the_next_start()
    {
        _thread.Dispose();
        Happen("while nobody listened");
        _thread.Dispose();
        _thread = New();
        Until(() => _courier.Told.Contains("while nobody listened"), "it is told");
    }

    [Fact]
    public void A_cursor_that_is_garbage_or_ahead_of_the_events_begins_again_at_the_end()
    {
        foreach (var text in (string[])["", "x", "-4", "99999999999999999999", "77", "12345678901234567890123456789012345678901234567890"])
        {
            _thread.Dispose();
            File.WriteAllText(new AlertCursor(_folder, "test").Path, text);
            _thread = New();
            Happen($"after {text.Length} characters of garbage {(char)('a' + text.Length % 26)}");
            var expected = _events.Last;
            Until(() => new AlertCursor(_folder, "test").Read() == expected, "it goes on");
        }

        Assert.Equal(6, _courier.Told.Count);
    }

    public void Dispose()
    {
        _courier.Free();
        _thread.Dispose();
        _events.Dispose();
        // A courier that was let go only now still notes how far it got.
        Until(Emptied, "the folder can be removed");

        bool Emptied()
        {
            try
            {
                Directory.Delete(_folder, recursive: true);
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    private EventStore Store() => new(_folder, "pbx-b", () => 1_795_310_000_000, () => 5000, _ => { });

    private AlertThread New()
    {
        var settings = new AlertSettings(AlertSettings.KindsDefault, TimeSpan.Zero, TimeSpan.FromMinutes(1), 100);
        var thread = new AlertThread(
            new AlertConfig.Exec("test", settings, ["/bin/true"]), "site42", "pbx-b",
            new AlertReceiver(_courier, message => [.. message.Lines.Select(line => Encoding.UTF8.GetBytes(line.Text))]), _events,
            new AlertCursor(_folder, "test"), () => BootClock.Now, _complaints.Enqueue);
        // It knows where the events end before anything else happens.
        thread.Start();
        Until(() => new AlertCursor(_folder, "test").Read() is { } kept && kept <= _events.Last, "it has begun");
        return thread;
    }

    private void Restart()
    {
        _thread.Dispose();
        _events.Dispose();
        _events = Store();
        _thread = New();
    }

    private void Happen(string text)
    {
        _events.Add(new Report(ReportKind.Alarm, text));
        _thread.Signal();
    }

    private static void Until(Func<bool> happened, string what)
    {
        var until = Environment.TickCount64 + 20_000;
        while (!happened())
        {
            Assert.True(Environment.TickCount64 < until, $"it does not happen: {what}");
            Thread.Sleep(2);
        }
    }

    private sealed class ScriptedCourier : ICourier
    {
        private readonly ManualResetEventSlim _free = new(true);
        private readonly ConcurrentQueue<string> _told = [];

        public string? Problem { get; set; }

        public bool IsHanging { get; private set; }

        public List<string> Told => [.. _told];

        public void Hang() => _free.Reset();

        public void Free() => _free.Set();

        public string? Deliver(IReadOnlyList<byte[]> parts)
        {
            IsHanging = !_free.IsSet;
            _free.Wait();
            if (Problem is not null) return Problem;
            foreach (var part in parts) _told.Enqueue(Encoding.UTF8.GetString(part));
            return null;
        }
    }
}
