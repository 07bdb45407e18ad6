using Appliance.Core.Configuration;
using Appliance.Core.Stick;

namespace Appliance.Agent.Stick;

/// <summary>Reads what this node is, for the judge.</summary>
internal static class StickNode
{
    private const int SmallFileMax = 16 << 10;

    /// <param name="folder">Usually <c>/etc/appliance</c>.</param>
    public static StickStanding Read(string folder)
    {
        var configPath = Path.Combine(folder, StickNames.Config);
        var keyPath = Path.Combine(folder, StickNames.Key);
        var config = Small(configPath, Core.Limits.ConfigBytesMax) is { } text ? ConfigReader.Read(text).Config : null;
        var keys = Small(config?.Cluster.KeyFile ?? keyPath, KeyFile.BytesMax) ?? Small(keyPath, KeyFile.BytesMax);
        var own = Small(Path.Combine(folder, StickNames.Node), SmallFileMax) ?? [];
        // As the agent does: the first word of the file, else the host name.
        var words = System.Text.Encoding.UTF8.GetString(own).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var name = words.Length > 0 ? words[0] : Environment.MachineName.Split('.')[0];
        return new StickStanding(Path.Exists(configPath) || Path.Exists(keyPath), name)
        {
            Config = config,
            Keys = keys is null ? null : KeyFile.Read(keys).Keys,
            Last = Small(Path.Combine(folder, StickMark.FileName), SmallFileMax) is { } mark ? StickMark.Read(mark) : null,
            Now = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
        };
    }

    private static byte[]? Small(string path, int bytesMax)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            return bytes.Length <= bytesMax ? bytes : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
