using System.Security.Cryptography;
using Appliance.Agent.Init;
using Appliance.Core.Configuration;
using Appliance.Core.Import;
using Appliance.Core.Wire;

namespace Appliance.Agent.Import;

/// <summary>Where an import writes: one file, or a folder that gets the secrets as well. Nothing that exists is overwritten.</summary>
internal sealed class NewFiles
{
    private const string ConfigName = "appliance.toml";
    private const string KeyName = "cluster.key";
    private const byte FirstKey = 1;
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Readable = Owner | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string? _folder;

    public NewFiles(string output)
    {
        _folder = output.EndsWith('/') || Directory.Exists(output) ? Path.GetFullPath(output) : null;
        ConfigPath = _folder is null ? Path.GetFullPath(output) : Path.Combine(_folder, ConfigName);
    }

    public string ConfigPath { get; }

    /// <summary>Null, or why nothing can be written.</summary>
    public string? Refusal(ImportResult result, string? report)
    {
        var wanted = Paths(result);
        if (report is not null && wanted.Contains(Path.GetFullPath(report))) return "--report and --output name the same file";
        return wanted.Append(report is null ? "" : Path.GetFullPath(report)).FirstOrDefault(File.Exists) is { } existing
            ? $"{existing} exists and is not touched; name another place" : null;
    }

    private List<string> Paths(ImportResult result) => _folder is null ? [ConfigPath]
        : [ConfigPath, Path.Combine(_folder, KeyName), .. result.Secrets.Select(secret => Path.Combine(_folder, secret.Name))];

    /// <summary>Null when all of it is on the disk.</summary>
    public string? Write(ImportResult result)
    {
        try
        {
            Directory.CreateDirectory(_folder ?? Path.GetDirectoryName(ConfigPath)!);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"{_folder ?? ConfigPath}: {fault.Message}";
        }

        if (_folder is not null)
        {
            var key = KeyFile.Write(FirstKey, RandomNumberGenerator.GetBytes(Key.SecretBytesMin));
            if (NewFile.Write(Path.Combine(_folder, KeyName), key, Owner, overwrite: false) is { } problem) return problem;
            foreach (var secret in result.Secrets)
                if (NewFile.Write(Path.Combine(_folder, secret.Name), secret.Text, Owner, overwrite: false) is { } refused) return refused;
        }

        return NewFile.Write(ConfigPath, result.Toml, Readable, overwrite: false);
    }

    public static string? WriteReport(string path, string text) => NewFile.Write(Path.GetFullPath(path), text, Readable, overwrite: false);

    /// <summary>What was written, and which secrets a person still has to bring.</summary>
    public static IEnumerable<string> Afterwards(NewFiles? place, ImportResult result)
    {
        var folder = place?._folder;
        if (place is not null && folder is null) yield return $"Wrote {place.ConfigPath}.";
        if (folder is not null)
            yield return $"Wrote {ConfigName} and {KeyName} (mode 0600, a new key) to {folder}"
                + (result.Secrets.IsEmpty ? "." : $", and {string.Join(", ", result.Secrets.Select(secret => secret.Name))} (mode 0600).");
        else yield return $"The key of the old pair is not used: --output FOLDER/ makes a new {KeyName}.";
        if (folder is null && !result.Secrets.IsEmpty)
            yield return $"Passwords of fence devices are not shown: --output FOLDER/ writes "
                + $"{string.Join(", ", result.Secrets.Select(secret => secret.Name))}.";
    }
}
