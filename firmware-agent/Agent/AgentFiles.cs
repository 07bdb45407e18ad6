using Appliance.Agent.Commands;
using Appliance.Core.Configuration;
using Appliance.Core.LinuxHa;
using Appliance.Core.Wire;

namespace Appliance.Agent;

/// <summary>The files an agent runs with: configuration, own name, keys. Read as a whole; every problem is said in words.</summary>
/// <param name="Config">Valid.</param>
/// <param name="Node">Own number.</param>
/// <param name="Keys">Of the heartbeat.</param>
/// <param name="Text">The bytes of the configuration file.</param>
public sealed record AgentFiles(ApplianceConfig Config, int Node, KeySet Keys, byte[] Text)
{
    /// <summary>Keys of Heartbeat's protocol; null unless the configuration asks for it.</summary>
    public HaKeys? Authkeys { get; private init; }

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Where a good configuration is kept for a start with a bad one.</summary>
    public static string LastGoodPath(AgentOptions options) => Path.Combine(options.StateDirectory, "last-good.toml");

    /// <summary>Reads all files; null when one is unusable, with everything that is wrong in <paramref name="problems"/>.</summary>
    /// <param name="options">Where they are.</param>
    /// <param name="configPath">The configuration file to read (the last good one may stand in).</param>
    public static AgentFiles? Read(AgentOptions options, string configPath, out IReadOnlyList<string> problems)
    {
        var found = new List<string>();
        problems = found;
        if (ReadFile(configPath, Core.Limits.ConfigBytesMax, found) is not { } text) return null;
        var result = ConfigReader.Read(text);
        foreach (var problem in result.Problems)
            found.Add($"{configPath}:{problem.Line}:{problem.Column}: {problem.KeyPath}: {problem.Message}");
        if (result.Config is not { } config) return null;
        var node = OwnNumber(options, config, found);
        var keys = ReadKeys(config.Cluster.KeyFile, found);
        var authkeys = config.Heartbeat.LinuxHa ? ReadAuthkeys(config.Heartbeat.Authkeys, found) : null;
        if (node < 0 || keys is null || (config.Heartbeat.LinuxHa && authkeys is null)) return null;
        return new AgentFiles(config, node, keys, text) { Authkeys = authkeys };
    }

    private static byte[]? ReadFile(string path, int bytesMax, List<string> problems)
    {
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[bytesMax + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length <= bytesMax) return bytes[..length];
            problems.Add($"{path} is larger than {bytesMax} bytes");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{path}: {fault.Message}");
        }

        return null;
    }

    /// <summary>--node, else the first word of /etc/appliance/node, else the host name.</summary>
    internal static int OwnNumber(AgentOptions options, ApplianceConfig config, List<string> problems)
    {
        const string nodeFile = "/etc/appliance/node";
        var fromFile = File.Exists(nodeFile) ? File.ReadAllText(nodeFile).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault() : null;
        var name = options.Node ?? fromFile ?? Environment.MachineName.Split('.')[0];
        var number = config.Nodes.IndexOf(name);
        if (number < 0)
            problems.Add(
                $"this machine is {name}, but the nodes of the configuration are {string.Join(" and ", config.Nodes)}: write the right "
                    + $"name into {nodeFile}");
        return number;
    }

    /// <summary>The key file alone; null with its problems when it is unusable or open to others.</summary>
    public static KeySet? ReadKeys(string path, List<string> problems)
    {
        if (ReadSecret(path, 4096, problems) is not { } bytes) return null;
        var result = KeyFile.Read(bytes);
        foreach (var problem in result.Problems) problems.Add($"{path}:{problem.Line}:{problem.Column}: {problem.Message}");
        return result.Keys;
    }

    private static HaKeys? ReadAuthkeys(string path, List<string> problems)
    {
        if (ReadSecret(path, HaLimits.AuthkeysBytesMax, problems) is not { } bytes) return null;
        var keys = AuthkeysFile.Read(bytes, out var found);
        problems.AddRange(found.Select(problem => $"{path}: {problem}"));
        return keys;
    }

    private static byte[]? ReadSecret(string path, int bytesMax, List<string> problems)
    {
        if (ReadFile(path, bytesMax, problems) is not { } bytes) return null;
        if ((File.GetUnixFileMode(path) & Others) == 0) return bytes;
        problems.Add($"{path} can be read by others: chmod 600 {path}");
        return null;
    }
}
