using System.Globalization;
using System.Text;
using Appliance.Core.Toml;

namespace Appliance.Core.Update;

/// <summary>A part of an update file.</summary>
/// <param name="Name">One of <see cref="UpdateHeader.PartNames"/>.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">32 bytes.</param>
public sealed record UpdatePart(string Name, long Size, byte[] Sha256);

/// <summary>What an update file holds. The signature covers these words, and these words cover every byte of the parts.</summary>
/// <param name="Version">Of the image.</param>
/// <param name="Arch">Of the processor, in Debian's words: amd64.</param>
/// <param name="Built">Seconds since 1970 UTC.</param>
/// <param name="MinVersion">Oldest version that can be updated to this one without one in between.</param>
/// <param name="Parts">In the order of the file.</param>
public sealed record UpdateHeader(UpdateVersion Version, string Arch, long Built, UpdateVersion MinVersion, IReadOnlyList<UpdatePart> Parts)
{
    public const string Kernel = "vmlinuz";
    public const string Initrd = "initrd.img";
    public const string Root = "root.squashfs";

    /// <summary>Every part, in the order of the file.</summary>
    public static IReadOnlyList<string> PartNames { get; } = [Kernel, Initrd, Root];

    /// <summary>The largest part accepted, bytes: kernel and initrd live on a small FAT.</summary>
    public static long SizeMax(string part) => part == Root ? 16L << 30 : 256L << 20;

    public UpdatePart Part(string name)
    {
        foreach (var part in Parts)
            if (part.Name == name) return part;
        throw new InvariantException($"an update without {name} was accepted");
    }

    /// <summary>Bytes of all parts.</summary>
    public long PartsBytes
    {
        get
        {
            var sum = 0L;
            foreach (var part in Parts) sum += part.Size;
            return sum;
        }
    }

    /// <summary>The header's text.</summary>
    public byte[] Write()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"version = \"{Version.Text}\"\narch = \"{Arch}\"\nbuilt = {Built}\n");
        text.Append(CultureInfo.InvariantCulture, $"min-version = \"{MinVersion.Text}\"\n");
        foreach (var part in Parts)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n[[part]]\nname = \"{part.Name}\"\nsize = {part.Size}\n");
            text.Append(CultureInfo.InvariantCulture, $"sha256 = \"{Convert.ToHexStringLower(part.Sha256)}\"\n");
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>Null and a sentence. The bytes are signed, so what is wrong here comes from another release, or from a mistake in
    /// making it.</summary>
    public static UpdateHeader? Read(ReadOnlySpan<byte> text, out string problem)
    {
        var document = TomlReader.Read(text);
        problem = document.Problems.IsEmpty ? "" : $"line {document.Problems[0].At.Line}: {document.Problems[0].Message}";
        if (problem.Length > 0) return null;
        foreach (var entry in document.Root.Entries)
            if (entry.Key is not ("version" or "arch" or "built" or "min-version" or "part"))
                return No($"line {entry.KeyAt.Line}: {entry.Key} is unknown to this release", out problem);
        if (Text(document.Root["version"]) is not { } version || UpdateVersion.Read(version) is not { } own)
            return No("version is no version such as \"1.4.2\"", out problem);
        if (Text(document.Root["min-version"]) is not { } oldest || UpdateVersion.Read(oldest) is not { } min)
            return No("min-version is no version such as \"1.4.2\"", out problem);
        if (Text(document.Root["arch"]) is not { } arch || !IsArch(arch)) return No("arch is no word such as \"amd64\"", out problem);
        if (document.Root["built"] is not TomlValue.Integer { Value: >= 0 and var built })
            return No("built is no number of seconds since 1970", out problem);
        return document.Root["part"] is TomlValue.List list && ReadParts(list, out problem) is { } parts
            ? new UpdateHeader(own, arch, built, min, parts)
            : problem.Length > 0 ? null : No("there is no [[part]]", out problem);
    }

    private static List<UpdatePart>? ReadParts(TomlValue.List list, out string problem)
    {
        problem = $"found {list.Items.Length} parts, expected {string.Join(", ", PartNames)}";
        if (list.Items.Length != PartNames.Count) return null;
        var parts = new List<UpdatePart>();
        foreach (var item in list.Items)
        {
            var name = PartNames[parts.Count];
            problem = $"part {parts.Count + 1} is not {name} with size and sha256 alone";
            if (item is not TomlValue.Table { Entries.Length: 3 } table || Text(table["name"]) != name) return null;
            if (table["size"] is not TomlValue.Integer { Value: var size }) return null;
            if (size < 1 || size > SizeMax(name))
                problem = $"{name} has {size} bytes, expected 1 to {SizeMax(name)}";
            else if (Text(table["sha256"]) is { Length: 64 } hex && IsHex(hex))
            {
                parts.Add(new UpdatePart(name, size, Convert.FromHexString(hex)));
                continue;
            }

            return null;
        }

        problem = "";
        return parts;
    }

    /// <summary>A word of small letters and digits.</summary>
    public static bool IsArch(string arch)
    {
        foreach (var letter in arch)
            if (!char.IsAsciiLetterLower(letter) && !char.IsAsciiDigit(letter)) return false;
        return arch.Length is > 0 and <= 16;
    }

    private static bool IsHex(string hex)
    {
        foreach (var letter in hex)
            if (!char.IsAsciiHexDigitLower(letter)) return false;
        return true;
    }

    private static string? Text(TomlValue? value) => value is TomlValue.Text text ? text.Value : null;

    private static UpdateHeader? No(string why, out string problem)
    {
        problem = why;
        return null;
    }
}
