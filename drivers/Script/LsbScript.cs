namespace Appliance.Drivers.Script;

/// <summary>What an LSB init script says about its service.</summary>
public enum ScriptStanding
{
    Running,
    Stopped,
    Failed,

    /// <summary>It cannot work here, however often it is tried.</summary>
    Impossible,
}

/// <param name="Text">For people.</param>
public readonly record struct ScriptAnswer(ScriptStanding Standing, string Text);

/// <summary>An init script: start, stop and status with the exit codes of LSB Core 3.1 §20.2.</summary>
public sealed class LsbScript(string path)
{
    public ScriptAnswer Start(CancellationToken abandon) => Act("start", ScriptStanding.Running, abandon);

    public ScriptAnswer Stop(CancellationToken abandon) => Act("stop", ScriptStanding.Stopped, abandon);

    /// <summary>0 running; 1 and 2 dead but with a pid or lock file; 3 not running; 4 unknown.</summary>
    public ScriptAnswer Status(CancellationToken abandon)
    {
        if (!File.Exists(path)) return new(ScriptStanding.Impossible, $"{path} does not exist");
        var end = ProcessRunner.Run([path, "status"], null, abandon);
        return end.ExitCode switch
        {
            0 => new(ScriptStanding.Running, $"{path} says running"),
            3 => new(ScriptStanding.Stopped, $"{path} says not running"),
            1 or 2 => new(ScriptStanding.Failed, $"{path} says dead, but its pid or lock file exists ({end.Words})"),
            _ => new(ScriptStanding.Failed, $"{path} status: {end.Words}"),
        };
    }

    /// <summary>0 success; 2 bad argument, 3 no such action, 4 not allowed, 5 not installed, 6 not configured; 1 and the rest
    /// failed.</summary>
    private ScriptAnswer Act(string action, ScriptStanding success, CancellationToken abandon)
    {
        if (!File.Exists(path)) return new(ScriptStanding.Impossible, $"{path} does not exist");
        var end = ProcessRunner.Run([path, action], null, abandon);
        return end.ExitCode switch
        {
            0 => new(success, $"{path} {action}: done"),
            >= 2 and <= 6 => new(ScriptStanding.Impossible, $"{path} {action}: {end.Words}"),
            _ => new(ScriptStanding.Failed, $"{path} {action}: {end.Words}"),
        };
    }
}
