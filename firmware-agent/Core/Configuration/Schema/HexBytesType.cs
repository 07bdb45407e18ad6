using System.Collections.Immutable;
using System.Globalization;

namespace Appliance.Core.Configuration.Schema;

/// <summary>Bytes as a protocol analyser prints them. Reads to an immutable array of bytes.</summary>
public sealed class HexBytesType : TextType
{
    private const int BytesMax = 64;

    public override string Name => "bytes";

    public override string Accepts =>
        $"1 to {BytesMax} bytes in hexadecimal, two digits each with blanks between, for example \"A0 01 01 A2\"";

    protected override object? Parse(string text, out string because)
    {
        because = "";
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is 0 or > BytesMax) return null;
        var bytes = ImmutableArray.CreateBuilder<byte>(words.Length);
        foreach (var word in words)
        {
            if (word.Length != 2 || !byte.TryParse(word, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                because = $"{Words.Quoted(word)} is no byte";
                return null;
            }

            bytes.Add(value);
        }

        return bytes.ToImmutable();
    }
}
