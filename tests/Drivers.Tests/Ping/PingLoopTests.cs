using System.Collections.Concurrent;
using System.Net;
using Appliance.Drivers.Ping;

namespace Appliance.Drivers.Tests.Ping;

[Trait("Needs", "root")]
public class PingLoopTests
{
    private sealed class RawSocketFactAttribute : FactAttribute
    {
        public RawSocketFactAttribute()
        {
            if (!Environment.IsPrivilegedProcess) Skip = "raw sockets need root";
        }
    }

    [RawSocketFact]
    public void Loopback_answers_every_question()
    {
        var answered = new ConcurrentDictionary<int, int>();
        using (new PingLoop([IPAddress.Loopback, IPAddress.Parse("127.0.0.2")], TimeSpan.FromMilliseconds(50),
            number => answered.AddOrUpdate(number, 1, (_, count) => count + 1), _ => { }))
            Thread.Sleep(500);
        Assert.InRange(answered.GetValueOrDefault(0), 3, 15);
        Assert.InRange(answered.GetValueOrDefault(1), 3, 15);
    }

    [RawSocketFact]
    public void IPv6_loopback_answers()
    {
        if (!System.Net.Sockets.Socket.OSSupportsIPv6 || !File.Exists("/proc/net/if_inet6")) return;
        var answered = 0;
        using (new PingLoop([IPAddress.IPv6Loopback], TimeSpan.FromMilliseconds(50), _ => Interlocked.Increment(ref answered), _ => { }))
            Thread.Sleep(400);
        Assert.True(answered >= 3, $"{answered} answers");
    }

    [RawSocketFact]
    public void Two_loops_do_not_count_each_others_answers()
    {
        var answered = 0;
        using (new PingLoop([IPAddress.Loopback], TimeSpan.FromMilliseconds(20), _ => { }, _ => { }))
        using (new PingLoop([IPAddress.Loopback], TimeSpan.FromSeconds(60), _ => Interlocked.Increment(ref answered), _ => { }))
            Thread.Sleep(400);
        Assert.Equal(1, answered);
    }
}
