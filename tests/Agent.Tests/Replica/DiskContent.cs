namespace Appliance.Agent.Tests.Replica;

/// <summary>
/// The bytes of a disk that a replica's command has just let go of. Read without the lock that <see cref="File.ReadAllBytes(string)"/>
/// asks for: a child that another test starts at this moment holds every open file, and its lock, until it runs its own program.
/// </summary>
internal static class DiskContent
{
    public static byte[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }
}
