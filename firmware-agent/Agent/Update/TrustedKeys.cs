using Appliance.Core.Update;

namespace Appliance.Agent.Update;

/// <summary>A public key whose updates are taken.</summary>
/// <param name="Id">16 hexadecimal digits.</param>
/// <param name="Raw">32 bytes.</param>
/// <param name="Path">Its file.</param>
public sealed record TrustedKey(string Id, byte[] Raw, string Path);

/// <summary>The keys of a node.</summary>
public static class TrustedKeys
{
    /// <summary>Most files looked at in a folder.</summary>
    private const int FilesMax = 64;

    /// <summary>All usable keys of the folders' <c>*.pub</c>, or of a file itself. What is unusable is told and left out.</summary>
    public static IReadOnlyList<TrustedKey> Read(IReadOnlyList<string> places, Action<string> tell)
    {
        var found = new List<TrustedKey>();
        foreach (var place in places)
        {
            if (!Directory.Exists(place))
            {
                if (File.Exists(place)) Add(found, place, tell);
                continue;
            }

            var files = Directory.GetFiles(place, "*.pub");
            Array.Sort(files, StringComparer.Ordinal);
            for (var number = 0; number < Math.Min(files.Length, FilesMax); number++) Add(found, files[number], tell);
        }

        return found;
    }

    private static void Add(List<TrustedKey> found, string path, Action<string> tell)
    {
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[Ed25519KeyText.FileBytesMax + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (Ed25519KeyText.ReadPublic(bytes.AsSpan(0, length), out var problem) is { } raw)
                found.Add(new TrustedKey(Convert.ToHexStringLower(Ed25519KeyText.Id(raw)), raw, path));
            else tell($"{path} is no key: {problem}; it is left out");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            tell($"{path}: {fault.Message}; it is left out");
        }
    }
}
