using Appliance.Core.Time;
using Appliance.Core.Wire;

namespace Appliance.Agent.Heartbeat;

/// <summary>What was refused, as log lines: at once the first time, then at most one line a minute for each reason and link, with the
/// count.</summary>
internal sealed class LinkLog((string Name, LinkCounters Counters)[] links, Action<int, string> journal)
{
    private const int Warning = 4; // LOG_WARNING of syslog(3)
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>The last place is for noise, which is no frame.</summary>
    private readonly Told[][] _told = [.. links.Select(_ => new Told[Rejections.Count + 1])];

    private struct Told
    {
        public long Count;
        public Instant? At;
    }

    public void Write(Instant now)
    {
        for (var index = 0; index < links.Length; index++)
        {
            var ((name, counters), told) = (links[index], _told[index]);
            for (var reason = 0; reason < Rejections.Count; reason++)
            {
                if ((Rejection)reason is Rejection.None or Rejection.Own) continue;
                if (News(ref told[reason], counters.Rejected((Rejection)reason), now) is > 0 and var count)
                    journal(Warning,
                        $"link {name}: {count} {(count == 1 ? "frame" : "frames")} refused ({((Rejection)reason).Name()}): "
                            + $"{((Rejection)reason).Words()}");
            }

            if (News(ref told[Rejections.Count], counters.NoiseBytes, now) is > 0 and var bytes)
                journal(Warning, $"link {name}: {bytes} bytes of noise: check the cable, its ground and the speed on both ends");
        }
    }

    /// <summary>How many are new and may be told now, else 0.</summary>
    private static long News(ref Told told, long count, Instant now)
    {
        if (count == told.Count || (told.At is { } at && now - at < Pause)) return 0;
        var news = count - told.Count;
        (told.Count, told.At) = (count, now);
        return news;
    }
}
