using Appliance.Drivers.Courier;

namespace Appliance.Agent.Web;

/// <summary>The token that orders need. Read at every use: it may be changed while the page runs.</summary>
internal static class WebToken
{
    /// <summary>A word can be guessed; 16 characters of chance cannot.</summary>
    public const int LengthMin = 16;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>The token. Null, and why nothing can be ordered.</summary>
    /// <param name="path">Empty: none is configured.</param>
    public static string? Read(string path, out string problem)
    {
        if (path.Length == 0)
        {
            problem = "this page only shows: [web] in appliance.toml has no token-file";
            return null;
        }

        if (SecretFile.Read(path, out problem) is not { } token) return null;
        if (token.Length < LengthMin)
            problem = $"{path}: expected at least {LengthMin} characters, found {token.Length}; write a better one: openssl rand -hex 16";
        else if (OperatingSystem.IsLinux() && (File.GetUnixFileMode(path) & Others) != 0)
            problem = $"{path} can be read by others than its owner: chmod 600 {path}";
        return problem.Length == 0 ? token : null;
    }
}
