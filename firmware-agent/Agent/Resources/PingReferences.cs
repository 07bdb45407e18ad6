using System.Net;
using Appliance.Core.Cluster;
using Appliance.Core.Configuration;
using Appliance.Core.Time;
using Appliance.Drivers.Ping;

namespace Appliance.Agent.Resources;

/// <summary>Asks the configured ping references and posts every answer.</summary>
public sealed class PingReferences : IDisposable
{
    private readonly PingLoop? _loop;

    /// <param name="complain">Told once when the questions cannot be asked.</param>
    public PingReferences(ApplianceConfig config, Func<Instant> now, Action<Event> post, Action<string> complain)
    {
        if (config.Pings.IsEmpty) return;
        var targets = config.Pings.Select(ping => IPAddress.Parse(ping.Address)).ToList();
        var interval = config.Pings.Min(ping => ping.Interval); // One loop for all: asking one more often than configured does no harm.
        _loop = new PingLoop(targets, interval, index => post(new Event.PingAnswered(index, now())), complain);
    }

    public void Dispose() => _loop?.Dispose();
}
