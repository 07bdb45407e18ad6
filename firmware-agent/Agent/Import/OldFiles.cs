using System.Text;
using Appliance.Core.Import;
using Appliance.Drivers.Interop;

namespace Appliance.Agent.Import;

/// <summary>Finds and reads the files of an old configuration.</summary>
internal sealed class OldFiles
{
    /// <summary>Folders below the one that was named; /etc has the files at three.</summary>
    private const int DepthMax = 8;

    /// <summary>Names that are looked at: a whole copy of /etc has a few thousand.</summary>
    private const int NamesMax = 100_000;

    private readonly List<ImportFile> _found = [];
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private int _names;

    public IReadOnlyList<ImportFile> Found => _found;

    /// <summary>Null, or why a path cannot be taken.</summary>
    public string? Add(string path)
    {
        if (path.Length == 0) return "an empty path";
        var before = _found.Count;
        try
        {
            if (Directory.Exists(path)) return Folder(path, path.TrimEnd('/'), 0) ?? (_found.Count > before ? null
                : $"{path}: there is no ha.cf, haresources, authkeys, drbd.conf, *.res, asha.conf, redfone.conf, corosync.conf or "
                    + $"*.crm in it");
            return Named(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return $"{path}: {fault.Message}";
        }
    }

    private string? Named(string path)
    {
        var bytes = Read(path);
        var format = ImportFormats.ByName(path);
        if (format == ImportFormat.Unknown) format = ImportFormats.ByContent(Encoding.UTF8.GetString(bytes));
        return format == ImportFormat.Unknown ? $"{path}: this is none of the files that are known (docs/MIGRATION.md)" : Take(path,
            bytes, format);
    }

    private string? Folder(string path, string shown, int depth)
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(path).Order(StringComparer.Ordinal))
        {
            if (++_names > NamesMax) return $"{shown} has more than {NamesMax} names; name a smaller folder";
            var name = $"{shown}/{Path.GetFileName(entry)}";
            var attributes = File.GetAttributes(entry);
            // A link may lead out of the copy, or in a circle. One to a file of the copy is read by its own name.
            if (attributes.HasFlag(FileAttributes.ReparsePoint)) continue;
            if (attributes.HasFlag(FileAttributes.Directory))
            {
                if (depth < DepthMax && Folder(entry, name, depth + 1) is { } problem) return problem;
            }
            else if (ImportFormats.ByName(name) is not ImportFormat.Unknown and var format
                && Take(name, Read(entry), format) is { } refused) return refused;
        }

        return null;
    }

    private string? Take(string path, byte[] bytes, ImportFormat format)
    {
        if (!_paths.Add(path)) return null;
        if (_found.Count >= ImportLimits.FilesMax) return $"more than {ImportLimits.FilesMax} files";
        _found.Add(new ImportFile(path, [.. bytes], format));
        return null;
    }

    /// <summary>One byte more than is read of it tells that it is too large. A pipe or a device is no configuration, and to open a pipe
    /// would wait for whoever writes into it.</summary>
    private static byte[] Read(string path)
    {
        if (StatX.Of(path) is not { } facts) throw new FileNotFoundException("there is no such file");
        if (!facts.IsRegular) throw new IOException($"{path} is no regular file");
        using var file = File.OpenRead(path);
        var bytes = new byte[ImportLimits.FileBytesMax + 1];
        return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }
}
