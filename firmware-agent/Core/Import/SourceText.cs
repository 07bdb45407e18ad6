using System.Collections.Immutable;
using System.Text;

namespace Appliance.Core.Import;

/// <summary>A file as lines of text: byte order mark, CR LF and stray bytes are dealt with here once for all formats.</summary>
/// <param name="Path">For messages.</param>
/// <param name="Lines">Without their ends.</param>
internal sealed record SourceText(string Path, ImmutableArray<string> Lines)
{
    public Place At(int index) => new(Path, index + 1);

    /// <summary>Null when the file is no text; that has been told.</summary>
    public static SourceText? Read(ImportFile file, ImportNotes notes)
    {
        var bytes = file.Bytes.AsSpan();
        if (bytes.Length > ImportLimits.FileBytesMax)
        {
            notes.Refuse(new(file.Path, 0), "the file", $"it has more than {ImportLimits.FileBytesMax} bytes and is not read");
            return null;
        }

        if (bytes.IndexOf((byte)0) is >= 0 and var zero)
        {
            notes.Refuse(new(file.Path, 1 + bytes[..zero].Count((byte)'\n')), "the file", "there is a zero byte: this is no text");
            return null;
        }

        var text = Encoding.UTF8.GetString(bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes);
        var lines = text.Split('\n');
        var windows = false;
        for (var at = 0; at < lines.Length; at++)
        {
            if (!lines[at].EndsWith('\r')) continue;
            windows = true;
            lines[at] = lines[at].TrimEnd('\r');
        }

        if (windows) notes.Note(new(file.Path, 0), "line ends", "the file has CR LF; it is read as if it had LF");
        return new SourceText(file.Path, [.. lines]);
    }
}
