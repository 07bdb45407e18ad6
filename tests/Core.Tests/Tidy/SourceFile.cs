using System.Text.RegularExpressions;

namespace Appliance.Core.Tests.Tidy;

/// <summary>A file of the repository, once as it stands and once with the insides of strings and comments blanked.</summary>
internal sealed partial record SourceFile(string Path, string[] Lines, string[] Code)
{
    public static IReadOnlyList<SourceFile> All { get; } =
    [
        .. Directory.EnumerateFiles(Repository.Root, "*.cs", SearchOption.AllDirectories)
            .Select(path => System.IO.Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj" or "out" || part.StartsWith('.')))
            .Order(StringComparer.Ordinal).Select(Read),
    ];

    private static SourceFile Read(string path)
    {
        var text = File.ReadAllText(Repository.PathOf(path)).Replace("\r", "", StringComparison.Ordinal);
        return new SourceFile(path, Split(text), Split(Blank(text)));
    }

    /// <summary>Keeps line ends and interpolation out of it: what is text is not code.</summary>
    public static string Blank(string text) =>
        TextAndComments().Replace(text, match => Regex.Replace(match.Value, "[^\n]", " "));

    private static string[] Split(string text) => (text.EndsWith('\n') ? text[..^1] : text).Split('\n');

    // Raw strings of three or more quotes, verbatim strings, strings, characters, block comments, line comments; the first that begins
    // wins.
    [GeneratedRegex("""(?s)\$*("{3,}).*?\1|\$?@\$?"(?:""|[^"])*"|"(?:\\.|[^"\\\n])*"|'(?:\\.[^'\n]*|[^'\\\n])'|/\*.*?\*/|//[^\n]*""")]
    private static partial Regex TextAndComments();
}
