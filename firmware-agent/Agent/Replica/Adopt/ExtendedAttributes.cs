using System.Text;
using Appliance.Drivers.Interop;

namespace Appliance.Agent.Replica.Adopt;

/// <summary>
/// Extended attributes, and so ACLs and capabilities, which the kernel keeps as such. cp says nothing when a file system cannot take
/// them, so they are compared here and not by programs that may not be installed.
/// </summary>
internal static unsafe class ExtendedAttributes
{
    private const int ListBytesMax = 64 << 10; // XATTR_LIST_MAX
    private const int ValueBytesMax = 64 << 10; // XATTR_SIZE_MAX

    /// <summary>Null: every entry of <paramref name="one"/> has the same in <paramref name="two"/>; else the first difference, for
    /// people. Only entries of <paramref name="one"/> are looked at.</summary>
    public static string? Compare(string one, string two)
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries(one, "*", Everything).Prepend(one))
        {
            var other = two + entry[one.Length..];
            if (Of(entry, out var mine) is { } problem) return problem;
            if (Of(other, out var theirs) is { } unreadable) return unreadable;
            foreach (var name in mine.Keys.Union(theirs.Keys).Order(StringComparer.Ordinal))
            {
                if (!mine.TryGetValue(name, out var value)) return $"{other} has {name}, which {entry} has not";
                if (!theirs.TryGetValue(name, out var copied)) return $"{other} has not {name} of {entry}";
                if (!value.AsSpan().SequenceEqual(copied)) return $"{name} of {other} is not as of {entry}";
            }
        }

        return null;
    }

    private static EnumerationOptions Everything => new()
    {
        AttributesToSkip = 0, IgnoreInaccessible = false, RecurseSubdirectories = true, ReturnSpecialDirectories = false,
    };

    private static string? Of(string path, out Dictionary<string, byte[]> found)
    {
        found = [];
        var list = new byte[ListBytesMax];
        nint length;
        fixed (byte* start = list) length = Libc.llistxattr(path, start, ListBytesMax);
        if (length < 0) return Errno.Last == Errno.EOPNOTSUPP ? null : $"{path}: {Errno.LastWords}";
        foreach (var name in Encoding.UTF8.GetString(list, 0, (int)length).Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var value = new byte[ValueBytesMax];
            nint bytes;
            fixed (byte* start = value) bytes = Libc.lgetxattr(path, name, start, ValueBytesMax);
            if (bytes < 0) return $"{path}: {name}: {Errno.LastWords}";
            found[name] = value[..(int)bytes];
        }

        return null;
    }
}
