using System.Text;

namespace Appliance.Core.Update;

/// <summary><c>/usr/lib/appliance/release</c> of a root, and <c>release</c> of a slot: lines of <c>version=</c>, <c>arch=</c>,
/// <c>built=</c>.</summary>
/// <param name="Version">Of the image.</param>
/// <param name="Arch">In Debian's words.</param>
/// <param name="Built">Seconds since 1970 UTC.</param>
public sealed record ReleaseText(UpdateVersion Version, string Arch, string Built)
{
    /// <summary>Largest file read, bytes.</summary>
    public const int BytesMax = 4096;

    /// <summary>Null: version or architecture is missing or none. Other lines are the image's own.</summary>
    public static ReleaseText? Read(ReadOnlySpan<byte> file)
    {
        if (file.Length > BytesMax || file.ContainsAnyExceptInRange((byte)1, (byte)126)) return null;
        var (version, arch, built) = ("", "", "");
        foreach (var line in Encoding.ASCII.GetString(file).Split('\n'))
        {
            var sign = line.IndexOf('=');
            if (sign < 0) continue;
            var value = line[(sign + 1)..].Trim();
            switch (line[..sign].Trim())
            {
                case "version": version = value; break;
                case "arch": arch = value; break;
                case "built": built = value; break;
                default: break;
            }
        }

        return UpdateVersion.Read(version) is { } own && UpdateHeader.IsArch(arch) ? new ReleaseText(own, arch, built) : null;
    }

    public byte[] Write() => Encoding.ASCII.GetBytes($"version={Version.Text}\narch={Arch}\nbuilt={Built}\n");
}
