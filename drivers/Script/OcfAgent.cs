namespace Appliance.Drivers.Script;

/// <summary>
/// A resource agent of the Open Cluster Framework (OCF resource agent API 1.1): one program, called with start, stop or monitor, its
/// parameters as OCF_RESKEY_ variables.
/// </summary>
public sealed class OcfAgent
{
    private const string Root = "/usr/lib/ocf";
    private const string Temporary = "/run/resource-agents";
    private readonly string _path;
    private readonly Dictionary<string, string> _environment;

    /// <param name="instance">Name of the resource.</param>
    public OcfAgent(string provider, string agent, string instance, IReadOnlyDictionary<string, string> parameters)
    {
        _path = $"{Root}/resource.d/{provider}/{agent}";
        _environment = new Dictionary<string, string>
        {
            ["OCF_ROOT"] = Root,
            ["OCF_RA_VERSION_MAJOR"] = "1",
            ["OCF_RA_VERSION_MINOR"] = "1",
            ["OCF_RESOURCE_INSTANCE"] = instance,
            ["OCF_RESOURCE_TYPE"] = agent,
            ["OCF_RESOURCE_PROVIDER"] = provider,
            ["OCF_CHECK_LEVEL"] = "0",
            ["HA_RSCTMP"] = Temporary, // What the agents of Debian's resource-agents use without a cluster stack.
            ["HA_LOGFACILITY"] = "none",
            ["HA_debug"] = "0",
        };
        foreach (var (name, value) in parameters) _environment[$"OCF_RESKEY_{name}"] = value;
    }

    public ScriptAnswer Start(CancellationToken abandon) => Act("start", abandon);

    public ScriptAnswer Stop(CancellationToken abandon) => Act("stop", abandon);

    public ScriptAnswer Monitor(CancellationToken abandon) => Act("monitor", abandon);

    /// <summary>
    /// Exit codes: 0 success, 1 error, 2 arguments, 3 not implemented, 4 permission, 5 not installed, 6 not configured, 7 not running,
    /// 8 and 190 running promoted, 9 and 191 failed while promoted.
    /// </summary>
    private ScriptAnswer Act(string action, CancellationToken abandon)
    {
        if (!File.Exists(_path))
            return new(ScriptStanding.Impossible, $"{_path} does not exist: install the package that has the agent (resource-agents)");
        Directory.CreateDirectory(Temporary);
        var end = ProcessRunner.Run([_path, action], _environment, abandon);
        var text = $"{Path.GetFileName(_path)} {action}: {end.Words}";
        return end.ExitCode switch
        {
            0 => new(action == "stop" ? ScriptStanding.Stopped : ScriptStanding.Running, text),
            7 => new(ScriptStanding.Stopped, text),
            8 or 190 => new(ScriptStanding.Running, text),
            2 or 3 or 4 or 5 or 6 => new(ScriptStanding.Impossible, text),
            _ => new(ScriptStanding.Failed, text),
        };
    }
}
