using System.Collections.Immutable;

namespace Appliance.Core.Stick;

/// <summary>A file as it was read from a stick.</summary>
/// <param name="Name">One of <see cref="StickNames"/>; folders with "/".</param>
/// <param name="Bytes">The whole file.</param>
public sealed record StickFile(string Name, byte[] Bytes);

/// <summary>What may be on a stick, and how big. Everything else is neither opened nor copied.</summary>
public static class StickNames
{
    public const string Config = "appliance.toml";
    public const string Node = "node";
    public const string Key = "cluster.key";
    public const string SshKeys = "ssh/authorized_keys";
    public const string Proof = "proof";

    /// <summary>Ours, written there.</summary>
    public const string Result = "result.txt";

    public const string SshFolder = "ssh";
    public const string LicenceFolder = "licence";

    /// <summary>Files in the root of a stick that are looked at; a stick with more is somebody's archive.</summary>
    public const int RootEntriesMax = 1000;

    public const int LicencesMax = 32;

    /// <summary>Sum of all files that are taken, bytes.</summary>
    public const int TotalBytesMax = 4 << 20;

    /// <summary>Largest <see cref="Proof"/>, bytes.</summary>
    public const int ProofBytesMax = 16 << 10;

    private const int LicenceNameMax = 64;

    /// <summary>The files of the root, with the largest size of each in bytes.</summary>
    public static ImmutableArray<(string Name, int BytesMax)> Root { get; } =
    [
        (Config, Limits.ConfigBytesMax), (Node, 256), (Key, Configuration.KeyFile.BytesMax), (Proof, ProofBytesMax),
    ];

    public const int SshKeysBytesMax = 64 << 10;

    public const int LicenceBytesMax = 1 << 20;

    /// <summary>A plain file name: no path, no hidden file, nothing that a shell or FAT reads otherwise.</summary>
    public static bool IsLicence(string name)
    {
        if (name.Length is 0 or > LicenceNameMax || !char.IsAsciiLetterOrDigit(name[0])) return false;
        foreach (var letter in name)
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_' or '.')) return false;
        return true;
    }

    /// <summary>True for a name that a stick's proof may list.</summary>
    public static bool IsTaken(string name) =>
        name is Config or Node or Key or SshKeys
        || (name.StartsWith(LicenceFolder + "/", StringComparison.Ordinal) && IsLicence(name[(LicenceFolder.Length + 1)..]));
}
