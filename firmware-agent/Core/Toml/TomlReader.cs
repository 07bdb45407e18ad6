using System.Buffers;
using System.Text.Unicode;

namespace Appliance.Core.Toml;

/// <summary>Reads TOML 1.0.0 (toml.io/en/v1.0.0). Never throws on bytes.</summary>
/// <remarks>
/// <code>
/// bytes ─▶ TomlReader ─▶ TomlStatements ─▶ TomlTables ─▶ TomlDocument
///          UTF-8, size   lines, recovery    who may define what
///                              │
///                        TomlKeys, TomlValues ─▶ TomlStrings, TomlNumbers, TomlDateTimes
/// </code>
/// </remarks>
public static class TomlReader
{
    /// <summary>How deep tables, arrays and dotted keys may nest, counted from the root. Bounds the stack.</summary>
    public const int DepthMax = 128;

    /// <summary>Reading stops after this many problems.</summary>
    public const int ProblemsMax = 100;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads a whole file of UTF-8 of at most <see cref="Limits.ConfigBytesMax"/> bytes. Its byte order mark is skipped.</summary>
    public static TomlDocument Read(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > Limits.ConfigBytesMax)
            return Refused(new(1, 1), $"the file has {utf8.Length} bytes; at most {Limits.ConfigBytesMax} are accepted");
        if (utf8.StartsWith(ByteOrderMark)) utf8 = utf8[ByteOrderMark.Length..];

        var characters = new char[utf8.Length];
        var status = Utf8.ToUtf16(utf8, characters, out var read, out var written, replaceInvalidSequences: false);
        var cursor = new TomlCursor(new string(characters, 0, written));
        return status == OperationStatus.Done ? TomlStatements.Read(cursor) : RefuseEncoding(cursor, utf8[read]);
    }

    private static TomlDocument RefuseEncoding(TomlCursor cursor, byte found)
    {
        while (!cursor.AtEnd) cursor.Advance();
        return Refused(cursor.At, $"found the byte 0x{found:X2}, which is not valid UTF-8 here; the file must be saved as UTF-8");
    }

    private static TomlDocument Refused(TomlPosition at, string message) =>
        new(new TomlValue.Table(new(1, 1), []), [new TomlProblem(at, message)]);
}
