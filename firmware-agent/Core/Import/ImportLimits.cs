namespace Appliance.Core.Import;

/// <summary>Bounds of an import. What is larger is no configuration of a pair.</summary>
public static class ImportLimits
{
    /// <summary>Largest file that is read, bytes.</summary>
    public const int FileBytesMax = 1 << 20;

    /// <summary>Files that are read in one run.</summary>
    public const int FilesMax = 200;

    /// <summary>Braces inside braces; more is an attack.</summary>
    internal const int DepthMax = 32;

    /// <summary>Resources of the old configuration that are looked at.</summary>
    internal const int ResourcesMax = 1024;

    /// <summary>Links of the old configuration that are looked at.</summary>
    internal const int LinksMax = 64;

    /// <summary>Groups, clones and constraints of Pacemaker that are looked at.</summary>
    internal const int ConstraintsMax = 4096;
}
