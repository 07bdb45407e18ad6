using Appliance.Core.Configuration;

namespace Appliance.Agent.Devices;

/// <summary>Where devices are looked for: this machine, or a tree of files that stands for one.</summary>
/// <param name="Config">Null: there is no usable configuration, and nothing counts as configured.</param>
/// <param name="Node">Own number; -1: not known.</param>
/// <param name="Root">In front of every path; empty: this machine.</param>
public sealed record DeviceScene(ApplianceConfig? Config, int Node, string Root = "")
{
    /// <summary>The path as it is reached.</summary>
    public string PathOf(string path) => Root + path;

    /// <summary>A file, folder, device or link is there, and what a link points to is there too.</summary>
    public bool Has(string path) => Path.Exists(PathOf(path));

    /// <summary>Names in a folder in the order people count; empty when there is no such folder.</summary>
    public IReadOnlyList<string> Names(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(PathOf(folder)).Select(path => Path.GetFileName(path))
                .OrderBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal)];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>First line of a small file; empty when it cannot be read.</summary>
    public string Line(string path)
    {
        try
        {
            using var reader = new StreamReader(PathOf(path));
            return reader.ReadLine()?.Trim() ?? "";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>Where a link leads in the end, as an absolute path inside the tree; the path itself when it is none.</summary>
    public string Target(string path)
    {
        try
        {
            var info = new FileInfo(PathOf(path));
            var end = info.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? info.FullName;
            return Root.Length > 0 && end.StartsWith(Root, StringComparison.Ordinal) ? end[Root.Length..] : end;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return path;
        }
    }
}
