using Appliance.Agent.Commands;

namespace Appliance.Agent.Update;

/// <summary>Whether this boot is worth keeping.</summary>
public static class BootHealth
{
    /// <summary>Null: healthy. Else what is missing.</summary>
    /// <param name="configPath">Without it the node waits for its stick, and does so well.</param>
    /// <param name="socket">Of the agent.</param>
    public static string? Problem(string configPath, string socket)
    {
        if (!File.Exists(configPath)) return null;
        if (Ask.Status(socket, out var error) is not { } view) return error;
        return view.Node.Starting ? "the agent answers, but has not decided anything yet" : null;
    }

    /// <summary>Asks until it is healthy or the time is over; returns the last answer.</summary>
    /// <param name="ask">As <see cref="Problem"/>.</param>
    public static string? Wait(Func<string?> ask, TimeSpan wait, TimeSpan pause)
    {
        var until = Environment.TickCount64 + (long)wait.TotalMilliseconds;
        while (true)
        {
            if (ask() is not { } problem) return null;
            if (Environment.TickCount64 >= until) return problem;
            Thread.Sleep(pause);
        }
    }
}
